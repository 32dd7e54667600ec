using Microsoft.Extensions.Options;

namespace VisionApi;

/// <summary>Rejects limits below 1, and reports each with its key and value.</summary>
internal sealed class VisionApiOptionsValidator : IValidateOptions<VisionApiOptions>
{
    public ValidateOptionsResult Validate(string? name, VisionApiOptions options)
    {
        (string Key, int Value)[] limits =
        [
            (nameof(options.MaxImageBytes), options.MaxImageBytes),
            (nameof(options.MaxPrompts), options.MaxPrompts),
            (nameof(options.MaxPromptLength), options.MaxPromptLength),
            (nameof(options.MaxPixelsInMemory), options.MaxPixelsInMemory),
            (nameof(options.MaxConcurrentDecodes), options.MaxConcurrentDecodes),
        ];
        var errors = limits.Where(static limit => limit.Value < 1)
            .Select(static limit => $"VisionApi:{limit.Key} is {limit.Value}; use 1 or more.")
            .ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

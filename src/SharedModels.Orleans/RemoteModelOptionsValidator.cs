using Microsoft.Extensions.Options;
using SharedModels.Clustering;

namespace SharedModels.Orleans;

/// <summary>Rejects invalid settings with a message that contains the key, the value and what is allowed.</summary>
internal sealed class RemoteModelOptionsValidator : IValidateOptions<RemoteModelOptions>
{
    /// <summary>The longest time without a report. Nodes end the calls of a caller that has not asked for one for 5 s.</summary>
    private static readonly TimeSpan LongestReportTimeout = TimeSpan.FromSeconds(4);

    public ValidateOptionsResult Validate(string? name, RemoteModelOptions options)
    {
        var routing = $"{options.KeyPrefix}{RoutingSettings.Key}{options.KeyPrefix[^1]}";
        List<string> errors =
        [
            .. options.Report.Errors,
            .. RoutingSettings.Errors(options.Routing, routing, LongestReportTimeout),
        ];
        if (options.MaxRemoteBytes < 1)
        {
            errors.Add(
                $"{options.KeyPrefix}{nameof(options.MaxRemoteBytes)} is {options.MaxRemoteBytes}. The value must be at least 1 byte.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

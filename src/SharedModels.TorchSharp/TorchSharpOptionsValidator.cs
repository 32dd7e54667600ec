using Microsoft.Extensions.Options;

namespace SharedModels.TorchSharp;

/// <inheritdoc/>
internal sealed class TorchSharpOptionsValidator : IValidateOptions<TorchSharpOptions>
{
    // Timers take 49.7 days at most.
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(49);

    public ValidateOptionsResult Validate(string? name, TorchSharpOptions options)
    {
        if (!(options.PageLockedShare is >= 0 and <= 1))
            return ValidateOptionsResult.Fail(
                $"{nameof(options.PageLockedShare)} is {options.PageLockedShare}; write a share of the machine's memory from 0 to 1.");
        if (options.ReserveBytes < 0)
            return ValidateOptionsResult.Fail($"{nameof(options.ReserveBytes)} is {options.ReserveBytes}; write 0 or more.");
        if ((options.MonitorInterval <= TimeSpan.Zero || options.MonitorInterval > LongestInterval)
            && options.MonitorInterval != Timeout.InfiniteTimeSpan)
            return ValidateOptionsResult.Fail(
                $"{nameof(options.MonitorInterval)} is {options.MonitorInterval}; write more than 0 and at most {LongestInterval}, or "
                + "-00:00:00.001 for never.");
        return options.MaxDriftBytes < 0
            ? ValidateOptionsResult.Fail($"{nameof(options.MaxDriftBytes)} is {options.MaxDriftBytes}; write 0 or more.")
            : ValidateOptionsResult.Success;
    }
}

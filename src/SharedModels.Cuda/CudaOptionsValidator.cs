using Microsoft.Extensions.Options;

namespace SharedModels.Cuda;

/// <inheritdoc/>
internal sealed class CudaOptionsValidator : IValidateOptions<CudaOptions>
{
    // Timers can run for at most 49.7 days.
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(49);

    public ValidateOptionsResult Validate(string? name, CudaOptions options)
    {
        if (!(options.PinnedMemoryShare is >= 0 and <= 1))
            return Wrong(nameof(options.PinnedMemoryShare), options.PinnedMemoryShare, "a share of the machine's memory from 0 to 1");
        if (options.ReserveBytes < 0)
            return Wrong(nameof(options.ReserveBytes), options.ReserveBytes, "0 or more");
        if (options.MaxDriftBytes < 0)
            return Wrong(nameof(options.MaxDriftBytes), options.MaxDriftBytes, "0 or more");
        if ((options.MonitorInterval <= TimeSpan.Zero || options.MonitorInterval > LongestInterval)
            && options.MonitorInterval != Timeout.InfiniteTimeSpan)
            return Wrong(
                nameof(options.MonitorInterval),
                options.MonitorInterval,
                $"greater than zero and at most {LongestInterval}, or -00:00:00.001 for never");
        if (options.MemoryRetention < TimeSpan.Zero || options.MemoryRetention > LongestInterval)
            return Wrong(nameof(options.MemoryRetention), options.MemoryRetention, $"from 00:00:00 to {LongestInterval}");
        if (options.MaxReadingAge <= TimeSpan.Zero
            || options.MaxReadingAge <= options.MonitorInterval
            || options.MaxReadingAge > LongestInterval)
            return Wrong(
                nameof(options.MaxReadingAge),
                options.MaxReadingAge,
                $"greater than {nameof(options.MonitorInterval)} ({options.MonitorInterval}) and at most {LongestInterval}");
        return options.BudgetGrowthDelay < TimeSpan.Zero
            ? Wrong(nameof(options.BudgetGrowthDelay), options.BudgetGrowthDelay, "00:00:00 or more")
            : ValidateOptionsResult.Success;
    }

    private static ValidateOptionsResult Wrong(string setting, object value, string allowed) =>
        ValidateOptionsResult.Fail(FormattableString.Invariant($"{setting} is {value}. The value must be {allowed}."));
}

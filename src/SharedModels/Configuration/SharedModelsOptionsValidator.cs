using Microsoft.Extensions.Options;

namespace SharedModels.Configuration;

/// <summary>Refuses settings that make no sense, naming each with its value and what is allowed.</summary>
internal sealed class SharedModelsOptionsValidator : IValidateOptions<SharedModelsOptions>
{
    private static readonly TimeSpan LongestLoad = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, SharedModelsOptions options)
    {
        var errors = Errors(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <exception cref="OptionsValidationException">A setting makes no sense.</exception>
    public static void ThrowIfInvalid(SharedModelsOptions options)
    {
        var errors = Errors(options).ToList();
        if (errors.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(SharedModelsOptions), errors);
    }

    private static IEnumerable<string> Errors(SharedModelsOptions options)
    {
        var leasing = options.Leasing;
        if (leasing.AcquireTimeout <= TimeSpan.Zero && leasing.AcquireTimeout != Timeout.InfiniteTimeSpan)
            yield return $"SharedModels:Leasing:AcquireTimeout is {leasing.AcquireTimeout}; write a time above zero, such as 00:00:30, or -00:00:00.001 to wait for ever.";
        if (leasing.MaxQueueLength < 0)
            yield return $"SharedModels:Leasing:MaxQueueLength is {leasing.MaxQueueLength}; write 0 or more.";
        if (leasing.MaxBypass < 0)
            yield return $"SharedModels:Leasing:MaxBypass is {leasing.MaxBypass}; write 0 or more.";
        if (leasing.MaxBypassUnderLoad < 0)
            yield return $"SharedModels:Leasing:MaxBypassUnderLoad is {leasing.MaxBypassUnderLoad}; write 0 or more.";
        if (leasing.MaxHold <= TimeSpan.Zero && leasing.MaxHold != Timeout.InfiniteTimeSpan)
            yield return $"SharedModels:Leasing:MaxHold is {leasing.MaxHold}; write a time above zero, such as 00:10:00, or -00:00:00.001 for as long as the holder likes.";
        if (leasing.LoadTimeout <= TimeSpan.Zero || leasing.LoadTimeout > LongestLoad)
            yield return $"SharedModels:Leasing:LoadTimeout is {leasing.LoadTimeout}; write a time above zero and up to {LongestLoad}, such as 00:05:00.";
        if (leasing.PriorityAgeing <= TimeSpan.Zero)
            yield return $"SharedModels:Leasing:PriorityAgeing is {leasing.PriorityAgeing}; write a time above zero, such as 00:00:10.";
        if (leasing.PopularityHalfLife <= TimeSpan.Zero)
            yield return $"SharedModels:Leasing:PopularityHalfLife is {leasing.PopularityHalfLife}; write a time above zero, such as 00:05:00.";
        if (leasing.MinResidency < TimeSpan.Zero || leasing.MinResidency > LongestLoad)
            yield return $"SharedModels:Leasing:MinResidency is {leasing.MinResidency}; write a time from zero to {LongestLoad}, such as 00:00:01.";
        if (leasing.RetryDelay <= TimeSpan.Zero || leasing.RetryDelay > leasing.MaxRetryDelay)
            yield return $"SharedModels:Leasing:RetryDelay is {leasing.RetryDelay}; write a time above zero and up to MaxRetryDelay, which is {leasing.MaxRetryDelay}.";
        foreach (var (device, settings) in options.Devices)
        {
            if (!Device.TryParse(device, out _))
                yield return $"SharedModels:Devices:{device} names no device; write cpu, mps, or a kind with an index such as cuda:0.";
            if (settings.MaxConcurrentHolders < 1)
                yield return $"SharedModels:Devices:{device}:MaxConcurrentHolders is {settings.MaxConcurrentHolders}; write 1 or more.";
            if (settings.MemoryBudget is { } budget && !MemorySize.TryParse(budget, 100, out _))
                yield return $"SharedModels:Devices:{device}:MemoryBudget is '{budget}'; write a size such as 20GiB, or a share from 1% to 100%.";
        }

        foreach (var names in options.Devices.Keys.Where(static name => Device.TryParse(name, out _)).GroupBy(Device.Parse).Where(static names => names.Count() > 1))
            yield return $"SharedModels:Devices has settings for {string.Join(" and ", names)}, which are one device; keep one of them.";
        foreach (var (id, settings) in options.Models)
        {
            if (settings.MaxLeases < 1)
                yield return $"SharedModels:Models:{id}:MaxLeases is {settings.MaxLeases}; write 1 or more.";
            if (settings.KeepAlive < TimeSpan.Zero)
                yield return $"SharedModels:Models:{id}:KeepAlive is {settings.KeepAlive}; write a time such as 00:05:00, or 00:00:00 to free the model after each use.";
            if (settings.Device is { } preference && !Enum.IsDefined(preference))
                yield return $"SharedModels:Models:{id}:Device is {preference}; write Auto, Cpu or Accelerator.";
        }
    }
}

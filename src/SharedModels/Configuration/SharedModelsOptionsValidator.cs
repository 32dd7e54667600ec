using System.Globalization;
using Microsoft.Extensions.Options;
using SharedModels.Configuration.Binding;
using SharedModels.Scheduling.Versions;

namespace SharedModels.Configuration;

/// <summary>Rejects invalid settings with a message that contains the key, the value and what is allowed.</summary>
internal sealed class SharedModelsOptionsValidator : IValidateOptions<SharedModelsOptions>
{
    /// <summary>The maximum number of holders. Each holder on a device can have its own thread.</summary>
    private const int MostHolders = 10_000;

    /// <summary>The maximum number of inputs in a batch.</summary>
    private const int MostInputs = 65_536;

    /// <summary>The maximum of times that set timers. Timers run for at most 49 days, and some of these times are doubled.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, SharedModelsOptions options)
    {
        var errors = Errors(options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <exception cref="OptionsValidationException">A setting is invalid.</exception>
    public static void ThrowIfInvalid(SharedModelsOptions options)
    {
        var errors = Errors(options).ToList();
        if (errors.Count > 0)
            throw new SettingsException(errors);
    }

    private static IEnumerable<string> Errors(SharedModelsOptions options)
    {
        var section = options.Report.Section;
        return
        [
            .. options.Report.Errors,
            .. Leasing($"{section}:{nameof(options.Leasing)}", options.Leasing),
            .. Devices($"{section}:{nameof(options.Devices)}", options.Devices),
            .. Models($"{section}:{nameof(options.Models)}", options.Models),
            .. options.Tenants
                .Where(static tenant => tenant.Value.Weight is not (>= TenantOptions.MinWeight and <= TenantOptions.MaxWeight))
                .Select(tenant => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{section}:{nameof(options.Tenants)}:{tenant.Key}:Weight is {tenant.Value.Weight}. The value must be from "
                        + $"{TenantOptions.MinWeight} to {TenantOptions.MaxWeight}.")),
        ];
    }

    private static IEnumerable<string> Leasing(string section, LeasingOptions leasing)
    {
        const string Indefinitely = "or -00:00:00.001 to wait indefinitely";
        const string NoLimit = "or -00:00:00.001 for no limit";
        if (!IsPositiveOrInfinite(leasing.AcquireTimeout))
            yield return Wrong(nameof(leasing.AcquireTimeout), leasing.AcquireTimeout,
                $"greater than zero, for example 00:00:30, {Indefinitely}");
        if (leasing.MaxQueueLength < 0)
            yield return Wrong(nameof(leasing.MaxQueueLength), leasing.MaxQueueLength, "0 or more");
        if (leasing.MaxBypass < 0)
            yield return Wrong(nameof(leasing.MaxBypass), leasing.MaxBypass, "0 or more");
        if (leasing.MaxBypassUnderLoad < 0)
            yield return Wrong(nameof(leasing.MaxBypassUnderLoad), leasing.MaxBypassUnderLoad, "0 or more");
        if (leasing.MaxBypassTime is { } bypassTime && !IsPositiveOrInfinite(bypassTime))
            yield return Wrong(nameof(leasing.MaxBypassTime), bypassTime, $"greater than zero, for example 00:00:15, {NoLimit}");
        if (!IsPositiveOrInfinite(leasing.MaxHold))
            yield return Wrong(nameof(leasing.MaxHold), leasing.MaxHold, $"greater than zero, for example 00:10:00, {NoLimit}");
        if (leasing.LoadTimeout <= TimeSpan.Zero || leasing.LoadTimeout > LongestTime)
            yield return Wrong(nameof(leasing.LoadTimeout), leasing.LoadTimeout,
                $"greater than zero and at most {LongestTime}, for example 00:05:00");
        if (leasing.PriorityAging <= TimeSpan.Zero)
            yield return Wrong(nameof(leasing.PriorityAging), leasing.PriorityAging, "greater than zero, for example 00:00:10");
        if (leasing.PopularityHalfLife <= TimeSpan.Zero)
            yield return Wrong(nameof(leasing.PopularityHalfLife), leasing.PopularityHalfLife, "greater than zero, for example 00:05:00");
        if (leasing.MinResidency < TimeSpan.Zero || leasing.MinResidency > LongestTime)
            yield return Wrong(nameof(leasing.MinResidency), leasing.MinResidency, $"from 00:00:00 to {LongestTime}, for example 00:00:01");
        if (leasing.StopNotice < TimeSpan.Zero || leasing.StopNotice > LongestTime)
            yield return Wrong(nameof(leasing.StopNotice), leasing.StopNotice, $"from 00:00:00 to {LongestTime}, for example 00:00:10");
        if (leasing.MaxRetryDelay <= TimeSpan.Zero)
            yield return Wrong(nameof(leasing.MaxRetryDelay), leasing.MaxRetryDelay, "greater than zero, for example 00:05:00");
        else if (leasing.RetryDelay <= TimeSpan.Zero || leasing.RetryDelay > leasing.MaxRetryDelay)
            yield return Wrong(nameof(leasing.RetryDelay), leasing.RetryDelay,
                $"greater than zero and at most MaxRetryDelay, which is {leasing.MaxRetryDelay}");
        if (!IsPositiveOrInfinite(leasing.UnrecoverableAfter))
            yield return Wrong(nameof(leasing.UnrecoverableAfter), leasing.UnrecoverableAfter,
                "greater than zero, for example 00:05:00, or -00:00:00.001 for never");

        string Wrong(string key, object value, string allowed) => $"{section}:{key} is {value}. The value must be {allowed}.";
    }

    private static IEnumerable<string> Devices(string section, Dictionary<string, DeviceOptions> devices)
    {
        foreach (var (device, settings) in devices)
        {
            if (!Device.TryParse(device, out _))
                yield return $"{section}:{device} does not name a device. "
                + "The name must be cpu, mps, or a kind with an index such as cuda:0.";
            if (settings.MaxConcurrentHolders is < 1 or > MostHolders)
                yield return $"{section}:{device}:MaxConcurrentHolders is {settings.MaxConcurrentHolders}. "
                + $"The value must be from 1 to {MostHolders}.";
            var isCpu = Device.TryParse(device, out var named) && named.IsCpu;
            if (settings.IsAuto && isCpu)
                yield return $"{section}:{device}:MemoryBudget is '{settings.MemoryBudget}', which follows other processes on an "
                + "accelerator only. The value must be a size such as 20GiB, or a share from 1% to 100%.";
            else if (settings.MemoryBudget is { } budget && !settings.IsAuto && !MemorySize.TryParse(budget, 100, out _))
                yield return $"{section}:{device}:MemoryBudget is '{budget}'. The value must be a size such as 20GiB, "
                + (isCpu ? "or a share from 1% to 100%." : "a share from 1% to 100%, or auto.");
        }

        var names = devices.Keys.Where(static name => Device.TryParse(name, out _));
        foreach (var same in names.GroupBy(Device.Parse).Where(static same => same.Count() > 1))
            yield return $"{section} has settings for {string.Join(" and ", names)}, which are the same device. Keep one of them.";
    }

    private static IEnumerable<string> Models(string section, Dictionary<string, ModelOptions> models)
    {
        foreach (var (id, settings) in models)
        {
            foreach (var (key, value, allowed) in WrongValues(settings))
                yield return $"{section}:{id}:{key} is {value}. {allowed}";
        }
    }

    /// <summary>Returns the settings of a model that are not allowed, each with its value and what is allowed.</summary>
    public static IEnumerable<(string Key, object Value, string Allowed)> WrongValues(ModelOptions settings)
    {
        if (settings.MaxLeases is { } leases and not SharedModelAttribute.PerProcessor and < 1)
            yield return (nameof(settings.MaxLeases), leases, "The value must be 1 or more, or -1 for the number of processors.");
        if (settings.KeepAlive is { } keepAlive && keepAlive < TimeSpan.Zero && keepAlive != Timeout.InfiniteTimeSpan)
        {
            yield return (
                nameof(settings.KeepAlive), keepAlive, "The value must be 00:00:00, which frees the model after each use, or more.");
        }

        if (settings.Device is { } preference && !Enum.IsDefined(preference))
            yield return (nameof(settings.Device), preference, Setting.NamesOf<DevicePreference>());
        if (settings.MaxReplicas is { } replicas and not SharedModelAttribute.All and < 1)
            yield return (nameof(settings.MaxReplicas), replicas, "The value must be 1 or more, or -1 (All) for each device.");
        if (settings.MaxBatchSize is { } size and (< 1 or > MostInputs))
            yield return (nameof(settings.MaxBatchSize), size, $"The value must be from 1, which turns batches off, to {MostInputs}.");
        if (settings.MaxBatchDelay is { } delay && (delay < TimeSpan.Zero || delay > LongestTime))
        {
            yield return (
                nameof(settings.MaxBatchDelay), delay, $"The value must be from 00:00:00 to {LongestTime}, for example 00:00:00.005.");
        }

        if (settings.CanaryFor is { } trial && (trial < TimeSpan.Zero || trial > LongestTime))
            yield return (nameof(settings.CanaryFor), trial, $"The value must be from 00:00:00 to {LongestTime}, for example 00:10:00.");
        if (settings.CanaryShare is { } share and not (> 0 and <= CanaryTrial.MaxShare))
            yield return (nameof(settings.CanaryShare), share, "The value must be above 0 and at most 0.5, for example 0.05.");
        if (settings.TargetBatchDuration is { } duration && duration <= TimeSpan.Zero)
            yield return (nameof(settings.TargetBatchDuration), duration, "The value must be greater than zero, for example 00:00:00.050.");
        if (settings.BatchFailure is { } failure && !Enum.IsDefined(failure))
            yield return (nameof(settings.BatchFailure), failure, Setting.NamesOf<BatchFailure>());
    }

    private static bool IsPositiveOrInfinite(TimeSpan time) => time > TimeSpan.Zero || time == Timeout.InfiniteTimeSpan;
}

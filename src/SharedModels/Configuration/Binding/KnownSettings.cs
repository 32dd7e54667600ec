namespace SharedModels.Configuration.Binding;

/// <summary>Lists every key of the section. The binder reads these keys and compares unknown keys with them.</summary>
internal static class KnownSettings
{
    public static IReadOnlyList<string> Sections { get; } =
    [
        nameof(SharedModelsOptions.Leasing), nameof(SharedModelsOptions.Devices), nameof(SharedModelsOptions.Models),
        nameof(SharedModelsOptions.Tenants),
    ];

    /// <summary>The sections of other packages, which read them.</summary>
    public static IReadOnlyList<string> OtherSections { get; } = ["Cluster", "Remote"];

    public static IReadOnlyList<Setting<LeasingOptions>> Leasing { get; } =
    [
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.AcquireTimeout), static (o, value) => o.AcquireTimeout = value),
        Setting.Number<LeasingOptions>(nameof(LeasingOptions.MaxQueueLength), static (o, value) => o.MaxQueueLength = value),
        Setting.Number<LeasingOptions>(nameof(LeasingOptions.MaxBypass), static (o, value) => o.MaxBypass = value),
        Setting.Number<LeasingOptions>(nameof(LeasingOptions.MaxBypassUnderLoad), static (o, value) => o.MaxBypassUnderLoad = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MaxBypassTime), static (o, value) => o.MaxBypassTime = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MaxHold), static (o, value) => o.MaxHold = value),
        Setting.Switch<LeasingOptions>(nameof(LeasingOptions.CaptureStackTraces), static (o, value) => o.CaptureStackTraces = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.LoadTimeout), static (o, value) => o.LoadTimeout = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.PriorityAging), static (o, value) => o.PriorityAging = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.PopularityHalfLife), static (o, value) => o.PopularityHalfLife = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MinResidency), static (o, value) => o.MinResidency = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.RetryDelay), static (o, value) => o.RetryDelay = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MaxRetryDelay), static (o, value) => o.MaxRetryDelay = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.UnrecoverableAfter), static (o, value) => o.UnrecoverableAfter = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.StopNotice), static (o, value) => o.StopNotice = value),
        Setting.Switch<LeasingOptions>(nameof(LeasingOptions.CpuFallback), static (o, value) => o.CpuFallback = value),
    ];

    public static IReadOnlyList<Setting<DeviceOptions>> Device { get; } =
    [
        Setting.Number<DeviceOptions>(nameof(DeviceOptions.MaxConcurrentHolders), static (o, value) => o.MaxConcurrentHolders = value),
        Setting.Text<DeviceOptions>(nameof(DeviceOptions.MemoryBudget), static (o, value) => o.MemoryBudget = value),
    ];

    public static IReadOnlyList<Setting<TenantOptions>> Tenant { get; } =
        [Setting.Factor<TenantOptions>(nameof(TenantOptions.Weight), static (o, value) => o.Weight = value)];

    public static IReadOnlyList<Setting<ModelOptions>> Model { get; } =
    [
        Setting.Preference<ModelOptions>(nameof(ModelOptions.Device), static (o, value) => o.Device = value),
        Setting.Number<ModelOptions>(nameof(ModelOptions.MaxLeases), static (o, value) => o.MaxLeases = value),
        Setting.NumberOrAll<ModelOptions>(nameof(ModelOptions.MaxReplicas), static (o, value) => o.MaxReplicas = value),
        Setting.Time<ModelOptions>(nameof(ModelOptions.KeepAlive), static (o, value) => o.KeepAlive = value),
        Setting.Switch<ModelOptions>(nameof(ModelOptions.Preload), static (o, value) => o.Preload = value),
        Setting.Switch<ModelOptions>(nameof(ModelOptions.ReloadOnChange), static (o, value) => o.ReloadOnChange = value),
        Setting.Time<ModelOptions>(nameof(ModelOptions.CanaryFor), static (o, value) => o.CanaryFor = value),
        Setting.Factor<ModelOptions>(nameof(ModelOptions.CanaryShare), static (o, value) => o.CanaryShare = value),
        Setting.Number<ModelOptions>(nameof(ModelOptions.MaxBatchSize), static (o, value) => o.MaxBatchSize = value),
        Setting.Time<ModelOptions>(nameof(ModelOptions.MaxBatchDelay), static (o, value) => o.MaxBatchDelay = value),
        Setting.Time<ModelOptions>(nameof(ModelOptions.TargetBatchDuration), static (o, value) => o.TargetBatchDuration = value),
        Setting.Choice<ModelOptions, BatchFailure>(nameof(ModelOptions.BatchFailure), static (o, value) => o.BatchFailure = value),
    ];
}

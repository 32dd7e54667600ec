namespace SharedModels.Configuration.Binding;

/// <summary>Every key under the section: the one list that is read, and that unknown keys are compared with.</summary>
internal static class KnownSettings
{
    public static IReadOnlyList<string> Sections { get; } =
        [nameof(SharedModelsOptions.Leasing), nameof(SharedModelsOptions.Devices), nameof(SharedModelsOptions.Models)];

    public static IReadOnlyList<Setting<LeasingOptions>> Leasing { get; } =
    [
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.AcquireTimeout), static (options, value) => options.AcquireTimeout = value),
        Setting.Number<LeasingOptions>(nameof(LeasingOptions.MaxQueueLength), static (options, value) => options.MaxQueueLength = value),
        Setting.Number<LeasingOptions>(nameof(LeasingOptions.MaxBypass), static (options, value) => options.MaxBypass = value),
        Setting.Number<LeasingOptions>(nameof(LeasingOptions.MaxBypassUnderLoad), static (options, value) => options.MaxBypassUnderLoad = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MaxBypassTime), static (options, value) => options.MaxBypassTime = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MaxHold), static (options, value) => options.MaxHold = value),
        Setting.Switch<LeasingOptions>(nameof(LeasingOptions.CaptureStackTraces), static (options, value) => options.CaptureStackTraces = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.LoadTimeout), static (options, value) => options.LoadTimeout = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.PriorityAgeing), static (options, value) => options.PriorityAgeing = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.PopularityHalfLife), static (options, value) => options.PopularityHalfLife = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MinResidency), static (options, value) => options.MinResidency = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.RetryDelay), static (options, value) => options.RetryDelay = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.MaxRetryDelay), static (options, value) => options.MaxRetryDelay = value),
        Setting.Time<LeasingOptions>(nameof(LeasingOptions.UnrecoverableAfter), static (options, value) => options.UnrecoverableAfter = value),
        Setting.Switch<LeasingOptions>(nameof(LeasingOptions.CpuFallback), static (options, value) => options.CpuFallback = value),
    ];

    public static IReadOnlyList<Setting<DeviceOptions>> Device { get; } =
    [
        Setting.Number<DeviceOptions>(nameof(DeviceOptions.MaxConcurrentHolders), static (options, value) => options.MaxConcurrentHolders = value),
        Setting.Text<DeviceOptions>(nameof(DeviceOptions.MemoryBudget), static (options, value) => options.MemoryBudget = value),
    ];

    public static IReadOnlyList<Setting<ModelOptions>> Model { get; } =
    [
        Setting.Preference<ModelOptions>(nameof(ModelOptions.Device), static (options, value) => options.Device = value),
        Setting.Number<ModelOptions>(nameof(ModelOptions.MaxLeases), static (options, value) => options.MaxLeases = value),
        Setting.Time<ModelOptions>(nameof(ModelOptions.KeepAlive), static (options, value) => options.KeepAlive = value),
        Setting.Switch<ModelOptions>(nameof(ModelOptions.Preload), static (options, value) => options.Preload = value),
    ];
}

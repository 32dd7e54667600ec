using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Configuration;

/// <summary>Settings for a model. The model's attribute provides the values that are <see langword="null"/>.</summary>
public sealed class ModelOptions
{
    internal const double DefaultCanaryShare = 0.05;

    /// <summary>The kind of device that the model prefers.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's preference, which is <see cref="DevicePreference.Auto"/> by default.
    /// </value>
    public DevicePreference? Device { get; set; }

    /// <summary>The maximum number of holders that can use the model at the same time.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's number, which is 1 by default. -1
    /// (<see cref="SharedModelAttribute.PerProcessor"/>) means the number of the process's processors.
    /// </value>
    public int? MaxLeases { get; set; }

    /// <summary>
    /// The maximum number of devices that the model can be on at the same time. Read when the model is registered.
    /// </summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's number, which is 1 by default. -1
    /// (<see cref="SharedModelAttribute.All"/>, in the configuration also <c>All</c>) allows a replica on each device that can run the
    /// model. The number has no effect beyond the number of these devices. A model that was added as an object can only have 1, because
    /// the manager cannot create another one.
    /// </value>
    public int? MaxReplicas { get; set; }

    /// <summary>The time that the model stays in memory after its last use.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's time. If that is not set, the model stays until its memory is needed.
    /// </value>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>
    /// The maximum number of inputs that run together, if the model implements <see cref="IBatchModel{TInput, TOutput}"/>. With 1,
    /// inputs run one by one.
    /// </summary>
    /// <value><see langword="null"/> (the default) means the attribute's number, which is 32 by default.</value>
    public int? MaxBatchSize { get; set; }

    /// <summary>
    /// The maximum time that an input waits for others while the model is available. The batch leaves earlier if it is full or if a lease
    /// on the model is requested. The device serves other models meanwhile.
    /// </summary>
    /// <value>
    /// <see langword="null"/> (the default) means no delay: whatever is waiting when the model gets its turn runs. With a single model, no
    /// delay lowers the mean wait. A delay can save money where each batch is billed.
    /// </value>
    public TimeSpan? MaxBatchDelay { get; set; }

    /// <summary>
    /// The time that a batch should take at most. The size of the batches adapts to their measured durations. A single input can take
    /// longer.
    /// </summary>
    /// <value><see langword="null"/> (the default) means that only <see cref="MaxBatchSize"/> and the memory limit the size.</value>
    public TimeSpan? TargetBatchDuration { get; set; }

    /// <summary>Determines what happens when a batch of several inputs throws.</summary>
    /// <value>
    /// <see langword="null"/> (the default) means the attribute's value, which is <see cref="SharedModels.BatchFailure.Split"/> by default.
    /// </value>
    public BatchFailure? BatchFailure { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether the model is moved to its device before the application starts to serve requests.
    /// </summary>
    /// <value>The default is <see langword="false"/>: the first request loads the model.</value>
    public bool Preload { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether the model is reloaded when its own options in the configuration change (see
    /// <see cref="ISharedModelManager.ReloadAsync"/>).
    /// </summary>
    /// <value><see langword="null"/> (the default) means <see langword="false"/>: changed options apply to the next load.</value>
    public bool? ReloadOnChange { get; set; }

    /// <summary>
    /// The time that a reloaded version is on trial. Meanwhile it serves a share of the requests, and is compared with the old version: if
    /// its uses fail, or are slow, more often, it is rolled back, and the old version continues to serve requests.
    /// </summary>
    /// <value>
    /// <see langword="null"/> (the default) means no trial: the new version serves all requests once it is loaded. A trial needs memory
    /// for both versions.
    /// </value>
    public TimeSpan? CanaryFor { get; set; }

    /// <summary>The share of the requests that a version on trial serves, above 0 and at most 0.5.</summary>
    /// <value><see langword="null"/> (the default) means 0.05: one request in twenty.</value>
    public double? CanaryShare { get; set; }

    /// <summary>The model's own options in the configuration, as text that shows whether they have changed.</summary>
    internal string OwnSettings { get; set; } = "";

    /// <exception cref="FormatException">The attribute's <see cref="SharedModelAttribute.KeepAlive"/> is not a valid time.</exception>
    internal static ModelOptions From(SharedModelAttribute? attribute) => attribute is null ? new() : new()
    {
        Device = attribute.Device,
        MaxLeases = attribute.MaxLeases,
        MaxReplicas = attribute.MaxReplicas,
        MaxBatchSize = attribute.MaxBatchSize,
        BatchFailure = attribute.BatchFailure,
        KeepAlive = attribute.KeepAlive is { } text ? ReadKeepAlive(attribute, text) : null,
    };

    /// <summary>Returns these settings, with unset values taken from the defaults.</summary>
    internal ModelOptions Over(ModelOptions defaults) => new()
    {
        Device = Device ?? defaults.Device,
        MaxLeases = MaxLeases ?? defaults.MaxLeases,
        MaxReplicas = MaxReplicas ?? defaults.MaxReplicas,
        KeepAlive = KeepAlive ?? defaults.KeepAlive,
        MaxBatchSize = MaxBatchSize ?? defaults.MaxBatchSize,
        MaxBatchDelay = MaxBatchDelay ?? defaults.MaxBatchDelay,
        TargetBatchDuration = TargetBatchDuration ?? defaults.TargetBatchDuration,
        BatchFailure = BatchFailure ?? defaults.BatchFailure,
        Preload = Preload || defaults.Preload,
        ReloadOnChange = ReloadOnChange ?? defaults.ReloadOnChange,
        CanaryFor = CanaryFor ?? defaults.CanaryFor,
        CanaryShare = CanaryShare ?? defaults.CanaryShare,
        OwnSettings = OwnSettings,
    };

    /// <summary>Returns the scheduler's settings with the values of these options that can change at run time.</summary>
    internal ModelSettings ApplyTo(ModelSettings settings) => settings with
    {
        MaxLeases = MaxLeases == SharedModelAttribute.PerProcessor ? Environment.ProcessorCount : MaxLeases ?? 1,
        MaxBatchSize = MaxBatchSize ?? SharedModelAttribute.DefaultBatchSize,
        MaxBatchDelay = MaxBatchDelay?.Ticks ?? 0,
        TargetBatchTicks = TargetBatchDuration?.Ticks ?? long.MaxValue,

        // A preloaded model stays for as long as the application runs.
        KeepAlive = settings.IsPreloaded || KeepAlive is null || KeepAlive == Timeout.InfiniteTimeSpan
            ? long.MaxValue
            : KeepAlive.Value.Ticks,
    };

    private static TimeSpan ReadKeepAlive(SharedModelAttribute attribute, string text)
    {
        if (TimeText.TryParse(text, out var time))
            return time;
        var id = attribute.Id is null ? "" : $"\"{attribute.Id}\", ";
        throw new FormatException($"[SharedModel({id}KeepAlive = \"{text}\")] has no valid time. {Binding.Setting.TimeFormat(text)}");
    }
}

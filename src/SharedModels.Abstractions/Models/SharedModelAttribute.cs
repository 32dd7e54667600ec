namespace SharedModels;

/// <summary>Marks a class as a shared model. The source generator registers it and generates its accessors.</summary>
/// <remarks>
/// The attribute can be applied several times with different ids. Each id is a separate model with its own options. An
/// <c>IModelLease&lt;T&gt;</c> without a key leases the first one.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SharedModelAttribute : Attribute
{
    /// <summary>A value of <see cref="MaxLeases"/> that allows as many holders as the process has processors.</summary>
    public const int PerProcessor = -1;

    /// <summary>A value of <see cref="MaxReplicas"/> that allows a replica on each device that can run the model.</summary>
    public const int All = -1;

    /// <summary>The default of <see cref="MaxBatchSize"/>.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>Marks a class as a model whose id is the class name.</summary>
    public SharedModelAttribute()
    {
    }

    /// <summary>Marks a class as a model with the given id.</summary>
    /// <param name="id">
    /// The id used in configuration, logs, metrics and URLs. It consists of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.
    /// </param>
    public SharedModelAttribute(string id) => Id = id;

    /// <summary>The model's id.</summary>
    /// <value><see langword="null"/> (the default) to use the class name.</value>
    public string? Id { get; }

    /// <summary>The kind of device that the model prefers.</summary>
    /// <value>The default is <see cref="DevicePreference.Auto"/>.</value>
    public DevicePreference Device { get; set; }

    /// <summary>The time that the model stays in memory after its last use, as a <see cref="TimeSpan"/> (<c>00:05:00</c>).</summary>
    /// <value><see langword="null"/> (the default) to use the configuration.</value>
    public string? KeepAlive { get; set; }

    /// <summary>
    /// The maximum number of holders that can use the model at the same time. A model with more than one must be thread-safe.
    /// </summary>
    /// <value>
    /// The default is 1: each use is exclusive. <see cref="PerProcessor"/> allows as many holders as the process has processors.
    /// </value>
    public int MaxLeases { get; set; } = 1;

    /// <summary>
    /// The maximum number of devices that the model can be on at the same time. A further replica is loaded when the wait that it is
    /// expected to save exceeds the time to bring it in, and is the first to leave when its memory is needed.
    /// </summary>
    /// <value>
    /// The default is 1. <see cref="All"/> allows a replica on each device that can run the model. The number has no effect beyond the
    /// number of these devices.
    /// </value>
    public int MaxReplicas { get; set; } = 1;

    /// <summary>
    /// The maximum number of inputs that run together, if the class implements <see cref="IBatchModel{TInput, TOutput}"/>.
    /// </summary>
    /// <value>The default is <see cref="DefaultBatchSize"/>, which is 32. With 1, inputs run one by one.</value>
    public int MaxBatchSize { get; set; } = DefaultBatchSize;

    /// <summary>Determines what happens when a batch of several inputs throws.</summary>
    /// <value>The default is <see cref="BatchFailure.Split"/>.</value>
    public BatchFailure BatchFailure { get; set; }
}

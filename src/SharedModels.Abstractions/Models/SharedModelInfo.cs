namespace SharedModels;

/// <summary>
/// The settings of a <see cref="SharedModelAttribute"/>. The generated <c>SharedModelCatalog</c> lists one for each model of the
/// application.
/// </summary>
/// <remarks>
/// The configuration in <c>SharedModels:Models:&lt;id&gt;</c> overrides these settings. Instances are immutable and thread-safe.
/// </remarks>
/// <param name="Id">The model's id.</param>
/// <param name="Type">The model's class.</param>
/// <param name="Kind">The way in which the manager treats the model.</param>
public sealed record SharedModelInfo(string Id, Type Type, SharedModelKind Kind)
{
    /// <summary>The kind of device that the model prefers.</summary>
    /// <value>The default is <see cref="DevicePreference.Auto"/>.</value>
    public DevicePreference Device { get; init; }

    /// <summary>The maximum number of holders that can use the model at the same time.</summary>
    /// <value>
    /// The default is 1: each use is exclusive. <see cref="SharedModelAttribute.PerProcessor"/> allows as many holders as the process has
    /// processors.
    /// </value>
    public int MaxLeases { get; init; } = 1;

    /// <summary>The maximum number of devices that the model can be on at the same time.</summary>
    /// <value>
    /// The default is 1. <see cref="SharedModelAttribute.All"/> allows a replica on each device that can run the model.
    /// </value>
    public int MaxReplicas { get; init; } = 1;

    /// <summary>The time that the model stays in memory after its last use.</summary>
    /// <value><see langword="null"/> (the default) to keep the model until its memory is needed.</value>
    public TimeSpan? KeepAlive { get; init; }
}

namespace SharedModels;

/// <summary>Marks a class as a model that the application shares: the generator registers it and emits its accessors.</summary>
/// <remarks>
/// The attribute may be given several times with different ids: each is a model of its own, with its own options. The first one is what an
/// <c>IModelLease&lt;T&gt;</c> without a key leases.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SharedModelAttribute : Attribute
{
    /// <summary>A value of <see cref="MaxLeases"/>: as many holders as the process has processors.</summary>
    public const int PerProcessor = -1;

    /// <summary>Marks a class as a model whose id is the class's name.</summary>
    public SharedModelAttribute()
    {
    }

    /// <summary>Marks a class as a model with the given id.</summary>
    /// <param name="id">The id in configuration, logs, metrics and URLs: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
    public SharedModelAttribute(string id) => Id = id;

    /// <summary>The model's id.</summary>
    /// <value><see langword="null"/> (the default) for the class's name.</value>
    public string? Id { get; }

    /// <summary>The kind of device that the model prefers.</summary>
    /// <value>The default is <see cref="DevicePreference.Auto"/>.</value>
    public DevicePreference Device { get; set; }

    /// <summary>The time that the model stays in memory after its last use, as a <see cref="TimeSpan"/> (<c>00:05:00</c>).</summary>
    /// <value><see langword="null"/> (the default) for the setting of the configuration.</value>
    public string? KeepAlive { get; set; }

    /// <summary>
    /// The maximum number of holders that use the model at the same time. A model with more than one must be safe for use by several
    /// threads at once.
    /// </summary>
    /// <value>The default is 1: each use is exclusive. <see cref="PerProcessor"/> for as many as the process has processors.</value>
    public int MaxLeases { get; set; } = 1;
}

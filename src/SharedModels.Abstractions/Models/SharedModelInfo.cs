namespace SharedModels;

/// <summary>What <see cref="SharedModelAttribute"/> says of a model; the generated <c>SharedModelCatalog</c> lists one for each model of the application.</summary>
/// <remarks>The configuration of <c>SharedModels:Models:&lt;id&gt;</c> may say otherwise. Immutable, so safe for use by many threads.</remarks>
/// <param name="Id">The model's id.</param>
/// <param name="Type">The model's class.</param>
/// <param name="Kind">What the model is to the manager.</param>
public sealed record SharedModelInfo(string Id, Type Type, SharedModelKind Kind)
{
    /// <summary>Where the model wants to run.</summary>
    /// <value>The default is <see cref="DevicePreference.Auto"/>.</value>
    public DevicePreference Device { get; init; }

    /// <summary>How many holders may use the model at once.</summary>
    /// <value>The default is 1: each use is exclusive.</value>
    public int MaxLeases { get; init; } = 1;

    /// <summary>How long the model stays in memory after its last use.</summary>
    /// <value><see langword="null"/> (the default) until its memory is needed.</value>
    public TimeSpan? KeepAlive { get; init; }
}

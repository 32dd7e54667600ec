namespace SharedModels.AspNetCore;

/// <summary>Limits and permissions of the endpoints of <c>MapSharedModels</c>.</summary>
public sealed class SharedModelsEndpointOptions
{
    /// <summary>The authorization policy that preloading and evicting need.</summary>
    /// <remarks>
    /// Without a scheme of authentication nobody is let in, whatever the policy says, because a rejected user could not be challenged.
    /// </remarks>
    /// <value><see langword="null"/> (the default) for the application's default policy.</value>
    public string? ControlPolicy { get; set; }

    /// <summary>
    /// <see langword="true"/> to let anyone who reaches the address preload and evict. Use it for development, or behind a gateway that
    /// authenticates.
    /// </summary>
    /// <remarks>
    /// What the application demands of the whole group (<c>RequireAuthorization()</c>) or
    /// of every endpoint (its fallback policy) is demanded still.
    /// </remarks>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowAnonymousControl { get; set; }

    /// <summary>
    /// The maximum number of event streams that are open at the same time. Each further one is answered with 503 and <c>Retry-After</c>.
    /// </summary>
    /// <remarks>Each open live page has one. Each call of <c>MapSharedModels</c> counts its own.</remarks>
    /// <value>The default is 32. 0 allows none.</value>
    public int MaxEventStreams { get; set; } = 32;
}

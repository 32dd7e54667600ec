namespace SharedModels.AspNetCore;

/// <summary>The limits and permissions of the endpoints of <c>MapSharedModels</c>.</summary>
public sealed class SharedModelsEndpointOptions
{
    /// <summary>Gets or sets the authorization policy that is required to preload, evict and reload models.</summary>
    /// <remarks>
    /// Without an authentication scheme, all requests are rejected regardless of the policy, because users cannot be challenged.
    /// </remarks>
    /// <value><see langword="null"/> (the default) for the application's default policy.</value>
    public string? ControlPolicy { get; set; }

    /// <summary>
    /// Gets or sets a value that indicates whether anyone who can reach the address can preload, evict and reload models. Use it for
    /// development, or behind a gateway that authenticates users.
    /// </summary>
    /// <remarks>
    /// The requirements of the whole group (<c>RequireAuthorization()</c>) and the application's fallback policy still apply.
    /// </remarks>
    /// <value>The default is <see langword="false"/>.</value>
    public bool AllowAnonymousControl { get; set; }

    /// <summary>
    /// Gets or sets the maximum number of event streams that are open at the same time. Further requests receive 503 with
    /// <c>Retry-After</c>.
    /// </summary>
    /// <remarks>Each open live page uses one stream. The limit applies to each call to <c>MapSharedModels</c> separately.</remarks>
    /// <value>The default is 32. If the value is 0, no streams are allowed.</value>
    public int MaxEventStreams { get; set; } = 32;
}

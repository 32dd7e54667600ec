using Microsoft.AspNetCore.Http;

namespace SharedModels.AspNetCore;

/// <summary>
/// The details about failures that clients receive from the endpoints, hubs and gRPC services of the application, and the tenants of their
/// requests.
/// </summary>
/// <remarks>
/// <para>Set it with <c>AddModelLeaseProblems(options => …)</c> or <c>services.Configure&lt;SharedModelsHttpOptions&gt;(…)</c>. The
/// details apply to problem details, <c>HubException</c>s, gRPC statuses, the endpoints of <c>MapSharedModelsHealth()</c> and
/// <c>MapSharedModels()</c>, the event stream and the live page.</para>
/// <para>The options are read once. The server's log always contains the full messages.</para>
/// </remarks>
public sealed class SharedModelsHttpOptions
{
    /// <summary>
    /// Gets or sets a value that indicates whether clients receive the messages of exceptions, inner exceptions and health checks. The
    /// messages may contain texts of models and device providers, paths of the server, settings keys and advice for operators. If the value
    /// is <see langword="false"/>, clients receive a short text that contains only the model, the device and the queue length.
    /// </summary>
    /// <value>The default is <see langword="true"/> in the Development environment and <see langword="false"/> in all others.</value>
    public bool IncludeExceptionDetails
    {
        get => Choice ?? false;
        set => Choice = value;
    }

    /// <summary>
    /// Gets or sets a function that returns the tenant of a request whose leases are acquired by <c>RequireModelLeases()</c>, for example
    /// from a claim, a header or a route value. See <see cref="AcquireOptions.Tenant"/>.
    /// </summary>
    /// <example>
    /// <code>
    /// services.Configure&lt;SharedModelsHttpOptions&gt;(options =>
    ///     options.Tenant = static context => context.User.FindFirst("customer")?.Value);
    /// </code>
    /// </example>
    /// <value>
    /// <see langword="null"/> (the default) if requests have no tenant. Take the tenant from what the server has verified: a client that
    /// can choose it can take the shares of others.
    /// </value>
    public Func<HttpContext, string?>? Tenant { get; set; }

    /// <summary>The value that the application set, or <see langword="null"/> to use the default of the environment.</summary>
    internal bool? Choice { get; set; }
}

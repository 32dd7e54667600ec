using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore;
using SharedModels.AspNetCore.Status;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints that show the models and devices, and move models on request.</summary>
public static class SharedModelsEndpointRouteBuilderExtensions
{
    /// <summary>Maps the models' state, what changes, and calls to preload and evict.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item><c>GET /v1/models</c>: the models with residency, device, bytes, leases,
    /// loads and evictions; the devices with budget, use, holders and queue.</item>
    /// <item><c>GET /v1/models/events</c>: every change, as server-sent events. A client that is too slow gets a new snapshot, and never
    /// slows the manager. At most <see cref="SharedModelsEndpointOptions.MaxEventStreams"/> clients are served at the same time; others get
    /// 503 with <c>Retry-After</c>.</item>
    /// <item><c>POST /v1/models/{id}/preload</c> and <c>/evict</c>: 204; 404 for an unknown id, 409 for a model in use. They need
    /// authorization unless <see cref="SharedModelsEndpointOptions.AllowAnonymousControl"/> says otherwise; an application without
    /// authorization answers 403, and a line in the log says which it is. What a browser marks as sent by a page of another site
    /// (<c>Sec-Fetch-Site</c>, or else an <c>Origin</c> of another host) gets 403 in any case.</item>
    /// </list>
    /// <para>Messages of exceptions are part of the answers only with <see cref="SharedModelsHttpOptions.IncludeExceptionDetails"/>.</para>
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <param name="pattern">The path that the endpoints begin with.</param>
    /// <param name="configure">Sets who may preload and evict, and how many clients may follow the changes.</param>
    /// <returns>All the endpoints, for further conventions.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SharedModelsEndpointOptions.MaxEventStreams"/> is negative.</exception>
    public static RouteGroupBuilder MapSharedModels(
        this IEndpointRouteBuilder routes, string pattern = "/v1/models", Action<SharedModelsEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var options = new SharedModelsEndpointOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxEventStreams);
        return StatusEndpoints.Map(routes, pattern, options);
    }
}

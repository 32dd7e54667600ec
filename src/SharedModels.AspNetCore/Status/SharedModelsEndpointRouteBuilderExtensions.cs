using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore;
using SharedModels.AspNetCore.Status;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that map endpoints to inspect models and devices, and to preload, evict and reload models.</summary>
public static class SharedModelsEndpointRouteBuilderExtensions
{
    /// <summary>Maps endpoints that return the state of the models, stream changes, and preload, evict and reload models.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item><c>GET /sharedmodels</c>: the models with residency, device, bytes, leases, loads and evictions, and the devices with budget,
    /// use, holders and queue.</item>
    /// <item><c>GET /sharedmodels/events</c>: every change, as server-sent events. A client that is too slow receives a new snapshot and
    /// never slows down the manager. At most <see cref="SharedModelsEndpointOptions.MaxEventStreams"/> clients are served at the same time.
    /// Further clients receive 503 with <c>Retry-After</c>.</item>
    /// <item><c>POST /sharedmodels/{id}/preload</c>, <c>/evict</c> and <c>/reload</c>: 204, 404 for an unknown id, 409 for a model in use.
    /// They require authorization unless <see cref="SharedModelsEndpointOptions.AllowAnonymousControl"/> is set. An application without
    /// authorization returns 403. The log contains which of these applies. A request that a browser marks as sent by a page of another
    /// site (<c>Sec-Fetch-Site</c>, or else an <c>Origin</c> of another host) always receives 403.</item>
    /// </list>
    /// <para>Responses include exception messages only with <see cref="SharedModelsHttpOptions.IncludeExceptionDetails"/>.</para>
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <param name="pattern">The path prefix of the endpoints.</param>
    /// <param name="configure">A delegate that sets who may control models, and the maximum number of event streams.</param>
    /// <returns>The group of all endpoints, for further conventions.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="SharedModelsEndpointOptions.MaxEventStreams"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The application has not called <c>AddSharedModels</c>.</exception>
    public static RouteGroupBuilder MapSharedModels(
        this IEndpointRouteBuilder routes, string pattern = "/sharedmodels", Action<SharedModelsEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var options = new SharedModelsEndpointOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxEventStreams);
        RequiredManager.Check(routes.ServiceProvider, "MapSharedModels()");
        return StatusEndpoints.Map(routes, pattern, options);
    }
}

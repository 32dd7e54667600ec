using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Yarp.Gateways;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that map the endpoints of a cluster.</summary>
public static class SharedModelsGatewayEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Forwards requests to the nodes of the cluster. Each request goes to the node that is expected to serve its models soonest.
    /// </summary>
    /// <remarks>
    /// <para>Only endpoints of nodes that need models are forwarded. Other paths return 404, once all nodes have reported their endpoints.
    /// Endpoints of the gateway itself take precedence.</para>
    /// <para>Nodes limit the size of bodies, unless the endpoint has <c>RequestSizeLimit</c> metadata. The limit of this server applies to
    /// endpoints with <c>AllowModelRetry()</c>, whose bodies are buffered.</para>
    /// <para>A request that a node rejects, or that cannot be sent to a node, goes to another node. A request that was lost while a node
    /// may have been serving it goes to another node only if its endpoint has <c>AllowModelRetry()</c>, and otherwise returns 502. If no
    /// node can accept a request, it returns 503 with <c>Retry-After</c>.</para>
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <returns>The endpoint, for further conventions such as <c>RequireAuthorization()</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddReverseProxy().AddSharedModels(…)</c> was not called.</exception>
    public static IEndpointConventionBuilder MapSharedModelsGateway(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        var forwarder = routes.ServiceProvider.GetService<ModelForwarder>()
            ?? throw new InvalidOperationException(
                "MapSharedModelsGateway() needs the services of the gateway; call AddReverseProxy().AddSharedModels(section).");
        return routes.MapFallback("{**path}", (RequestDelegate)forwarder.ForwardAsync);
    }
}

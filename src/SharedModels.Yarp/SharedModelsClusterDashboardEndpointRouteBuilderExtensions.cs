using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Yarp.Gateways.Dashboard;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that map the live page of a cluster.</summary>
public static class SharedModelsClusterDashboardEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a page that shows the cluster live as this gateway sees it: its nodes, the models on each of them, the requests per second, the
    /// difference between expected and actual waits, rejections, and the last changes of nodes.
    /// </summary>
    /// <remarks>
    /// The page does not use other hosts. It contains the addresses of the nodes and the ids of their models. Call
    /// <c>RequireAuthorization()</c> on the returned group if clients must not see them. The state that the page reads once per second is
    /// at <c>{pattern}/state</c>, as JSON. Each gateway shows only its own requests.
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <returns>The group of the page, its state and its files, for further conventions.</returns>
    /// <exception cref="InvalidOperationException"><c>AddReverseProxy().AddSharedModels(…)</c> was not called.</exception>
    public static RouteGroupBuilder MapSharedModelsClusterDashboard(this IEndpointRouteBuilder routes, string pattern = "/cluster")
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(pattern);
        var factory = routes.ServiceProvider.GetService<ClusterPageFactory>()
            ?? throw new InvalidOperationException(
                "MapSharedModelsClusterDashboard() needs the services of the gateway; call AddReverseProxy().AddSharedModels(section).");
        return ClusterDashboardEndpoints.Map(routes, pattern, factory);
    }
}

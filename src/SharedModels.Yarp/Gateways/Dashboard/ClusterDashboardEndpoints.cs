using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore.Dashboard;

namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>Serves the live page of a cluster, and its state as JSON.</summary>
internal static class ClusterDashboardEndpoints
{
    private static readonly string Index = PageFiles.ReadText(typeof(ClusterDashboardEndpoints).Assembly, "index.html");

    private static readonly FrozenDictionary<string, (byte[] Content, string Type)> Files =
        PageFiles.Read(typeof(ClusterDashboardEndpoints).Assembly, "cluster.css", "cluster.js", "nodes.js", "placement.js", "routes.js");

    public static RouteGroupBuilder Map(IEndpointRouteBuilder routes, string pattern, ClusterPageFactory factory)
    {
        var group = routes.MapGroup(pattern);
        group.MapGet("/", static (HttpContext context) => PageResponses.GetPage(context, Index)).ExcludeFromDescription();
        group.MapGet("/state", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Json(factory.Create(), ClusterPageJson.Default.ClusterPageState);
        });
        PageResponses.MapFiles(group, Files, typeof(ClusterDashboardEndpoints).Module);
        PageResponses.MapFiles(
            group,
            DashboardFiles.Shared.Select(static name => KeyValuePair.Create(name, DashboardFiles.Assets[name])),
            typeof(DashboardFiles).Module);
        return group;
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore.Status;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>Serves the live page.</summary>
internal static class DashboardEndpoints
{
    public static RouteGroupBuilder Map(IEndpointRouteBuilder routes, string pattern, string? models)
    {
        var group = routes.MapGroup(pattern);
        group.MapGet("/", (HttpContext context, EndpointDataSource endpoints) =>
            GetPageAsync(context, endpoints, models is null ? ModelsAddress.Find(endpoints) : new(models.TrimEnd('/'))))
            .ExcludeFromDescription();
        PageResponses.MapFiles(group, DashboardFiles.Assets, typeof(DashboardFiles).Module);
        return group;
    }

    private static async Task<ContentHttpResult> GetPageAsync(HttpContext context, EndpointDataSource endpoints, PathString models)
    {
        var canControl = ModelsAddress.FindOptions(endpoints, models) is { } options
            && await ControlEndpoints.IsAllowedAsync(context, options).ConfigureAwait(false);
        return PageResponses.GetPage(
            context,
            DashboardFiles.Index,
            ("{models}", context.Request.PathBase.Add(models).ToUriComponent().TrimEnd('/')),
            ("{control}", canControl ? "allowed" : "forbidden"));
    }
}

using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>Finds out whether the application has a page that live pages can lead back to.</summary>
internal static class HomePage
{
    /// <summary>
    /// Indicates whether the application has an endpoint or a file at its root, other than an endpoint that matches all paths.
    /// </summary>
    public static bool Exists(HttpContext context)
    {
        var services = context.RequestServices;
        return services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Any(IsRoot)
            || services.GetRequiredService<IWebHostEnvironment>().WebRootFileProvider.GetFileInfo("index.html").Exists;
    }

    private static bool IsRoot(RouteEndpoint endpoint) => endpoint.RoutePattern.PathSegments.All(
        static segment => segment.Parts is [RoutePatternParameterPart { IsCatchAll: false } part]
            && (part.IsOptional || part.Default is not null));
}

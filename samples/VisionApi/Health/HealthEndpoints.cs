using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace VisionApi.Health;

/// <summary>Says whether the process lives, and whether it can serve.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map(routes, "live");
        Map(routes, "ready");
    }

    private static void Map(IEndpointRouteBuilder routes, string tag) => routes.MapHealthChecks($"/health/{tag}", new HealthCheckOptions
    {
        Predicate = check => check.Tags.Contains(tag),
        ResponseWriter = static (context, report) => context.Response.WriteAsJsonAsync(HealthResponse.Create(report), VisionApiJson.Default.HealthResponse, cancellationToken: context.RequestAborted),
    });
}

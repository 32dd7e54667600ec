using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>Returns the state of the models and devices.</summary>
internal static class StatusEndpoints
{
    public static RouteGroupBuilder Map(IEndpointRouteBuilder routes, string pattern, SharedModelsEndpointOptions options)
    {
        var group = routes.MapGroup(pattern);
        group.MapGet("/", GetModels).WithMetadata(new ModelsEndpointMetadata(options));
        group.MapGet("/events", new ChangeStream(options.MaxEventStreams).Get);
        ControlEndpoints.Map(group, routes.ServiceProvider, pattern, options);

        // Starts to keep changes, so that the first client also receives earlier ones. This must wait for the application's start, which
        // validates the manager's settings.
        var services = routes.ServiceProvider;
        services
            .GetRequiredService<IHostApplicationLifetime>().ApplicationStarted
            .Register(() => services.GetRequiredService<ISharedModelManager>().WatchAsync());
        return group;
    }

    private static JsonHttpResult<ModelsResponse> GetModels(HttpContext context, ISharedModelManager manager, TimeProvider time)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            ModelsResponse.Create(manager.GetSnapshot(), time, ExceptionDetails.AreIncluded(context.RequestServices)),
            StatusJson.Default.ModelsResponse);
    }
}

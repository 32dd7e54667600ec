using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>Shows the models and their devices, and moves them on request.</summary>
internal static class StatusEndpoints
{
    public static RouteGroupBuilder Map(IEndpointRouteBuilder routes, string pattern, SharedModelsEndpointOptions options)
    {
        var group = routes.MapGroup(pattern);
        group.MapGet("/", GetModels).WithMetadata(new ModelsEndpointMetadata());
        group.MapGet("/events", new ChangeStream().Get);
        var control = group.MapGroup("");
        control.AddEndpointFilter(AnswerProblemsAsync);
        control.MapPost("/{id}/preload", PreloadAsync);
        control.MapPost("/{id}/evict", EvictAsync);
        Protect(control, routes.ServiceProvider, pattern, options);

        // What changed before the first one watches is of interest to that one too. Not before the start, which checks the manager's settings.
        var services = routes.ServiceProvider;
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => services.GetRequiredService<ISharedModelManager>().WatchAsync());
        return group;
    }

    private static void Protect(RouteGroupBuilder control, IServiceProvider services, string pattern, SharedModelsEndpointOptions options)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("SharedModels.AspNetCore");
        if (options.AllowAnonymousControl)
        {
            Log.ControlIsOpen(logger, pattern);
        }
        else if (services.GetService<IAuthorizationService>() is null || (options.ControlPolicy is null && !KnowsUsers(services)))
        {
            control.AddEndpointFilter(static (_, _) => new(TypedResults.Problem(
                "Models are preloaded and evicted only by those who are authorized, and the application has no authorization: it calls AddAuthentication and AddAuthorization, or sets AllowAnonymousControl.",
                statusCode: StatusCodes.Status403Forbidden,
                title: "This is not allowed")));
            Log.ControlIsClosed(logger, pattern);
        }
        else
        {
            _ = options.ControlPolicy is { } policy ? control.RequireAuthorization(policy) : control.RequireAuthorization();
            Log.ControlIsAuthorized(logger, pattern, options.ControlPolicy ?? "default");
        }
    }

    /// <summary>Whether there is a way to tell who somebody is; controllers bring authentication along, but no scheme of it.</summary>
    private static bool KnowsUsers(IServiceProvider services) =>
        services.GetService<IAuthenticationSchemeProvider>() is not null && services.GetRequiredService<IOptions<AuthenticationOptions>>().Value.Schemes.Any();

    private static JsonHttpResult<ModelsResponse> GetModels(HttpContext context, ISharedModelManager manager, TimeProvider time)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(ModelsResponse.Create(manager.GetSnapshot(), time), StatusJson.Default.ModelsResponse);
    }

    private static async Task<NoContent> PreloadAsync(string id, ISharedModelManager manager, CancellationToken cancellationToken)
    {
        await manager.PreloadAsync(id, cancellationToken).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EvictAsync(string id, ISharedModelManager manager, CancellationToken cancellationToken)
    {
        await manager.EvictAsync(id, cancellationToken).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async ValueTask<object?> AnswerProblemsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (ModelLeaseException exception)
        {
            return TypedResults.Problem(ModelLeaseProblem.Begin(context.HttpContext.Response, exception));
        }
    }
}

using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>Preloads and evicts models on request.</summary>
internal static class ControlEndpoints
{
    private const string Title = "This is not allowed";

    public static void Map(RouteGroupBuilder group, IServiceProvider services, string pattern, SharedModelsEndpointOptions options)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("SharedModels.AspNetCore");
        var control = group.MapGroup("");
        control.AddEndpointFilter(RejectOtherSitesAsync);
        control.AddEndpointFilter((context, next) => AnswerProblemsAsync(context, next, logger));
        control.MapPost("/{id}/preload", PreloadAsync);
        control.MapPost("/{id}/evict", EvictAsync);
        Protect(control, services, pattern, options, logger);
    }

    private static void Protect(
        RouteGroupBuilder control, IServiceProvider services, string pattern, SharedModelsEndpointOptions options, ILogger logger)
    {
        if (options.AllowAnonymousControl)
        {
            Log.ControlIsOpen(logger, pattern);
        }
        else if (services.GetService<IAuthorizationService>() is null || !KnowsUsers(services))
        {
            control.AddEndpointFilter(static (context, _) => new(TypedResults.Problem(
                ExceptionDetails.AreIncluded(context.HttpContext.RequestServices)
                    ? "Models can be preloaded and evicted only by authorized users, and the application has no authorization. Call "
                        + "AddAuthentication with a scheme, and AddAuthorization, or set AllowAnonymousControl."
                    : "Models cannot be preloaded or evicted here.",
                statusCode: StatusCodes.Status403Forbidden,
                title: Title)));
            Log.ControlIsClosed(logger, pattern);
        }
        else
        {
            _ = options.ControlPolicy is { } policy ? control.RequireAuthorization(policy) : control.RequireAuthorization();
            Log.ControlIsAuthorized(logger, pattern, options.ControlPolicy ?? "default");
        }
    }

    /// <summary>
    /// Whether there is a way to tell who somebody is, and to turn away whom a policy
    /// does not let in; controllers bring authentication along, but no scheme of it.
    /// </summary>
    private static bool KnowsUsers(IServiceProvider services) =>
        services.GetService<IAuthenticationSchemeProvider>() is not null
            && services.GetRequiredService<IOptions<AuthenticationOptions>>().Value.Schemes.Any();

    /// <summary>
    /// A page of another site can have the browser of somebody who is authorized send such a call, with a cookie or from within a network.
    /// </summary>
    private static ValueTask<object?> RejectOtherSitesAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsOfAnotherSite(context.HttpContext.Request)
            ? new(TypedResults.Problem(
                "Models are preloaded and evicted by pages of this application and by programs, and a browser says that this call comes "
                + "from another site.",
                statusCode: StatusCodes.Status403Forbidden,
                title: Title))
            : next(context);

    // Without TLS browsers tell the site to localhost alone, but they always tell the origin. What tells neither is no browser.
    private static bool IsOfAnotherSite(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "" => request.Headers.Origin is [{ } origin] && !origin.EndsWith($"://{request.Host.Value}", StringComparison.OrdinalIgnoreCase),
        var site => site is "cross-site" or "same-site",
    };

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

    private static async ValueTask<object?> AnswerProblemsAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, ILogger logger)
    {
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (ModelLeaseException exception)
        {
            return TypedResults.Problem(ModelLeaseProblem.Begin(context.HttpContext, exception, logger));
        }
    }
}

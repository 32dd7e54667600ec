using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>Preloads, evicts and reloads models on request.</summary>
internal static class ControlEndpoints
{
    private const string Title = "The request is not allowed";

    public static void Map(RouteGroupBuilder group, IServiceProvider services, string pattern, SharedModelsEndpointOptions options)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("SharedModels.AspNetCore");
        var control = group.MapGroup("");
        control.AddEndpointFilter(RejectOtherSitesAsync);
        control.AddEndpointFilter((context, next) => AnswerProblemsAsync(context, next, logger));
        control.MapPost("/{id}/preload", PreloadAsync);
        control.MapPost("/{id}/evict", EvictAsync);
        control.MapPost("/{id}/reload", ReloadAsync);
        Protect(control, services, pattern, options, logger);
    }

    /// <summary>Indicates whether the user of a request can control models.</summary>
    public static async Task<bool> IsAllowedAsync(HttpContext context, SharedModelsEndpointOptions options)
    {
        if (options.AllowAnonymousControl)
            return true;
        var services = context.RequestServices;
        if (services.GetService<IPolicyEvaluator>() is not { } evaluator || !KnowsUsers(services))
            return false;
        var policies = services.GetRequiredService<IAuthorizationPolicyProvider>();
        var policy = options.ControlPolicy is { } name
            ? await policies.GetPolicyAsync(name).ConfigureAwait(false)
            : await policies.GetDefaultPolicyAsync().ConfigureAwait(false);
        if (policy is null)
            return false;

        // The evaluator also authenticates with the schemes of the policy, as it does for the requests that control models.
        var user = await evaluator.AuthenticateAsync(policy, context).ConfigureAwait(false);
        return (await evaluator.AuthorizeAsync(policy, user, context, context).ConfigureAwait(false)).Succeeded;
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
                    ? "Only authorized users can control models, but the application has no authorization. Call "
                    + "AddAuthentication with a scheme, and AddAuthorization, or set AllowAnonymousControl."
                    : "Models cannot be controlled here.",
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
    /// Indicates whether the application can authenticate users and challenge rejected users. Controllers register authentication, but not
    /// a scheme.
    /// </summary>
    private static bool KnowsUsers(IServiceProvider services) =>
        services.GetService<IAuthenticationSchemeProvider>() is not null
            && services.GetRequiredService<IOptions<AuthenticationOptions>>().Value.Schemes.Any();

    /// <summary>
    /// Rejects requests from pages of other sites. Such a page could make the browser of an authorized user send the request with a
    /// cookie, or from inside a private network.
    /// </summary>
    private static ValueTask<object?> RejectOtherSitesAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsOfAnotherSite(context.HttpContext.Request)
            ? new(TypedResults.Problem(
                "Pages of other sites cannot control models, and the browser reports that this request comes from another site.",
                statusCode: StatusCodes.Status403Forbidden,
                title: Title))
            : next(context);

    // Without TLS, browsers send Sec-Fetch-Site only to localhost, but they always send Origin. Clients that send neither are not browsers.
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

    private static async Task<Results<NoContent, ProblemHttpResult>> ReloadAsync(
        string id, ISharedModelManager manager, CancellationToken cancellationToken)
    {
        try
        {
            await manager.ReloadAsync(id, cancellationToken).ConfigureAwait(false);
            return TypedResults.NoContent();
        }
        catch (NotSupportedException)
        {
            return TypedResults.Problem(
                "The model was registered as an object and cannot be constructed again.",
                statusCode: StatusCodes.Status409Conflict,
                title: "The model cannot be reloaded");
        }
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

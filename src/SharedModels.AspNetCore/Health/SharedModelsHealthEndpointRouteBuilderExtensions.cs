using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore.Health;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that map the health endpoints.</summary>
public static class SharedModelsHealthEndpointRouteBuilderExtensions
{
    private const string Readiness = "sharedmodels-ready";

    /// <summary>
    /// Maps <c>/health/live</c> to the checks with the tag <c>live</c>, and <c>/health/ready</c> to the checks with the tag <c>ready</c>.
    /// The response is 200 or 503 with <c>{ status, checks: [{ name, status, description, data }] }</c>.
    /// </summary>
    /// <remarks>
    /// <para>Register the checks with <c>services.AddHealthChecks().AddSharedModels()</c>. The application's own checks with these tags are
    /// included.</para>
    /// <para>The description is <see langword="null"/> and strings are omitted from the data, unless
    /// <see cref="SharedModels.AspNetCore.SharedModelsHttpOptions.IncludeExceptionDetails"/> is set, because a description may be an
    /// exception message. The server's log contains the descriptions.</para>
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <param name="prefix">The prefix of both paths.</param>
    /// <returns>The group of both endpoints, for further conventions.</returns>
    /// <exception cref="InvalidOperationException">The checks are not registered.</exception>
    public static RouteGroupBuilder MapSharedModelsHealth(this IEndpointRouteBuilder routes, string prefix = "/health")
    {
        ArgumentNullException.ThrowIfNull(routes);
        var checks = routes.ServiceProvider.GetService<IOptions<HealthCheckServiceOptions>>()?.Value.Registrations;
        if (checks?.Any(static check => check.Name == Readiness) != true)
            throw new InvalidOperationException(
                $"{nameof(MapSharedModelsHealth)}() needs the check '{Readiness}', without which the endpoints are always healthy. Call "
                + "builder.Services.AddHealthChecks().AddSharedModels() before the application is built.");
        var group = routes.MapGroup(prefix);
        foreach (var tag in (string[])["live", "ready"])
        {
            group.MapHealthChecks($"/{tag}", new HealthCheckOptions
            {
                Predicate = check => check.Tags.Contains(tag),
                ResponseWriter = HealthReportWriter.WriteAsync,
            });
        }

        return group;
    }
}

using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore.Health;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The usual two health endpoints.</summary>
public static class SharedModelsHealthEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>/health/live</c> to the checks with the tag <c>live</c> and <c>/health/ready</c> to those with the tag <c>ready</c>: 200 or
    /// 503, with <c>{ status, checks: [{ name, status, description, data }] }</c>.
    /// </summary>
    /// <remarks>
    /// <para>The checks are registered by <c>services.AddHealthChecks().AddSharedModels()</c>.
    /// The application's own checks with these tags are among them.</para>
    /// <para>The description is <see langword="null"/>, and texts are missing from the data, unless
    /// <see cref="SharedModels.AspNetCore.SharedModelsHttpOptions.IncludeExceptionDetails"/> is set: a description may be the message of an
    /// exception. The log of the server has the descriptions.</para>
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <param name="prefix">The prefix of both paths.</param>
    /// <returns>Both endpoints, for further conventions.</returns>
    public static RouteGroupBuilder MapSharedModelsHealth(this IEndpointRouteBuilder routes, string prefix = "/health")
    {
        ArgumentNullException.ThrowIfNull(routes);
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

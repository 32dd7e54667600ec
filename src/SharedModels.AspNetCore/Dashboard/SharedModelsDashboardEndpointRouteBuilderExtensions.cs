using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore.Dashboard;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The live page.</summary>
public static class SharedModelsDashboardEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a page that shows the models and devices live: the contents of each device's memory, its holders of the last two minutes,
    /// transfers, evictions and faults, and the waiting requests.
    /// </summary>
    /// <remarks>
    /// The page changes nothing, and needs nothing from other hosts. It reads what <c>MapSharedModels()</c> serves, and whoever may see the
    /// one should see the other: <c>RequireAuthorization()</c> goes on both. It may be shown in a frame of the same application.
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="models">
    /// Where <c>MapSharedModels()</c> is: a path of the same application. <see langword="null"/> (the default) has the page find it, which
    /// it cannot if there are several, or one whose path has parameters: whoever opens the page gets an error then, and the log says so.
    /// </param>
    /// <returns>The page and its files, for further conventions.</returns>
    /// <exception cref="ArgumentException"><paramref name="models"/> does not begin with a single slash.</exception>
    public static RouteGroupBuilder MapSharedModelsDashboard(
        this IEndpointRouteBuilder routes, string pattern = "/models", string? models = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return models is null or ['/', not '/', ..]
            ? DashboardEndpoints.Map(routes, pattern, models)
            : throw new ArgumentException(
                $"The address '{models}' of the models is no path of this application; write it with a slash first, such as /v1/models.",
                nameof(models));
    }
}

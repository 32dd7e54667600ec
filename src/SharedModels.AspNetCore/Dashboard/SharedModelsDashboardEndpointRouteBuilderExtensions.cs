using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore.Dashboard;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that map the live page.</summary>
public static class SharedModelsDashboardEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a page that shows the models and devices live: the contents of each device's memory, the holders during the last two minutes,
    /// transfers, evictions, faults and waiting requests.
    /// </summary>
    /// <remarks>
    /// The page does not use other hosts. Users who are allowed to control models can preload and evict them on the page. It reads the
    /// endpoints of <c>MapSharedModels()</c>, so both need the same authorization: call <c>RequireAuthorization()</c> on both. The page can
    /// be shown in a frame of the same application.
    /// </remarks>
    /// <param name="routes">The application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="models">
    /// The path of <c>MapSharedModels()</c> in the same application. If it is <see langword="null"/> (the default), the page finds the path
    /// itself. That fails if there are several, or if the path has parameters. Requests for the page then return an error, which is logged.
    /// </param>
    /// <returns>The group of the page and its files, for further conventions.</returns>
    /// <exception cref="ArgumentException"><paramref name="models"/> does not start with a single slash.</exception>
    public static RouteGroupBuilder MapSharedModelsDashboard(
        this IEndpointRouteBuilder routes, string pattern = "/models", string? models = null)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return models is null or ['/', not '/', ..]
            ? DashboardEndpoints.Map(routes, pattern, models)
            : throw new ArgumentException(
                $"'{models}' is not a path of this application; use a path that starts with a single slash, such as /sharedmodels.",
                nameof(models));
    }
}

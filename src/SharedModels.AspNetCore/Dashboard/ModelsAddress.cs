using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore.Status;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>Finds the path and the options of <c>MapSharedModels()</c>, including the prefixes of its groups.</summary>
internal static class ModelsAddress
{
    public static PathString Find(EndpointDataSource endpoints)
    {
        var found = Mapped(endpoints).Select(static endpoint => endpoint.RoutePattern).ToList();
        return found switch
        {
            [{ Parameters.Count: 0, RawText: var path }] => new($"/{path?.Trim('/')}"),
            [] => throw new InvalidOperationException(
                "The live page has no models to show: call MapSharedModels(), or specify its path, for example "
                + "MapSharedModelsDashboard(models: \"/sharedmodels\")."),
            _ => throw new InvalidOperationException(
                "The live page cannot determine which models to show, because MapSharedModels() is mapped at "
                + $"{string.Join(" and ", found.Select(static pattern => $"'{pattern.RawText}'"))}: specify the path, for example "
                + "MapSharedModelsDashboard(models: \"/sharedmodels\")."),
        };
    }
    /// <summary>Returns the options of the models at a path, or <see langword="null"/> if none are mapped there.</summary>
    public static SharedModelsEndpointOptions? FindOptions(EndpointDataSource endpoints, PathString path) => Mapped(endpoints)
        .FirstOrDefault(endpoint => new PathString($"/{endpoint.RoutePattern.RawText?.Trim('/')}") == path)
        ?.Metadata.GetMetadata<ModelsEndpointMetadata>()!.Options;

    private static IEnumerable<RouteEndpoint> Mapped(EndpointDataSource endpoints) => endpoints.Endpoints.OfType<RouteEndpoint>()
        .Where(static endpoint => endpoint.Metadata.GetMetadata<ModelsEndpointMetadata>() is not null);
}

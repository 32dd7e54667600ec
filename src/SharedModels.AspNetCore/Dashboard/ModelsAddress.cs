using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedModels.AspNetCore.Status;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>Finds where <c>MapSharedModels()</c> is, within which groups ever.</summary>
internal static class ModelsAddress
{
    public static PathString Find(EndpointDataSource endpoints)
    {
        var found = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.Metadata.GetMetadata<ModelsEndpointMetadata>() is not null)
            .Select(static endpoint => endpoint.RoutePattern)
            .ToList();
        return found switch
        {
            [{ Parameters.Count: 0, RawText: var path }] => new($"/{path?.Trim('/')}"),
            [] => throw new InvalidOperationException(
                "The live page has no models to show: call MapSharedModels() as well, or say where they are, as in "
                + "MapSharedModelsDashboard(models: \"/v1/models\")."),
            _ => throw new InvalidOperationException(
                "The live page cannot tell which models to show, as MapSharedModels() is at "
                + $"{string.Join(" and ", found.Select(static pattern => $"'{pattern.RawText}'"))}: say which, as in "
                + "MapSharedModelsDashboard(models: \"/v1/models\")."),
        };
    }
}

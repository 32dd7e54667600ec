using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Nodes;

/// <summary>Finds the models that endpoints need: declared ones, and the leases among the parameters of handlers.</summary>
internal sealed class EndpointModels(EndpointDataSource source, ISharedModelManager manager)
{
    /// <summary>Describes all endpoints that need models.</summary>
    public IReadOnlyList<NodeEndpoint> Describe()
    {
        var models = manager.GetSnapshot().Models;
        return [.. source.Endpoints.OfType<RouteEndpoint>().Select(endpoint => Describe(endpoint, models)).OfType<NodeEndpoint>()];
    }

    /// <summary>Returns the ids of the models that a request needs. Ids that are not registered are left to the endpoint.</summary>
    public IReadOnlyList<string> ModelsOf(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
            return [];
        var models = manager.GetSnapshot().Models;
        if (Describe(endpoint, models) is not { } described)
            return [];
        var requested = described.ModelParameter is { } parameter && context.GetRouteValue(parameter) is string id
            ? described.Models.Append(id)
            : described.Models;
        return [.. requested.Where(requested => models.Any(model => model.Id == requested)).Distinct(StringComparer.Ordinal)];
    }

    private static NodeEndpoint? Describe(RouteEndpoint endpoint, IReadOnlyList<ModelSnapshot> models)
    {
        var metadata = endpoint.Metadata;
        var declared = metadata.GetOrderedMetadata<ModelRoutingMetadata>();
        string[] ids =
        [
            .. declared.SelectMany(static routing => routing.Models)
                .Concat(metadata.GetMetadata<MethodInfo>()?.GetParameters().Select(parameter => IdOf(parameter, models)).OfType<string>() ?? [])
                .Distinct(StringComparer.Ordinal),
        ];
        var inPath = declared.Select(static routing => routing.Parameter).LastOrDefault(static parameter => parameter is not null);
        if (ids.Length == 0 && inPath is null)
            return null;
        return new(
            endpoint.RoutePattern.RawText ?? "/",
            metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [],
            ids,
            inPath,
            metadata.GetMetadata<ModelRetryMetadata>() is not null);
    }

    /// <summary>Returns the id of the leased model. A class with several ids needs a key or <c>RouteByModels</c>.</summary>
    private static string? IdOf(ParameterInfo parameter, IReadOnlyList<ModelSnapshot> models)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IModelLease<>))
            return null;
        if (parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key is string key)
            return key;
        var name = type.GenericTypeArguments[0].FullName;
        var ids = models.Where(model => model.Type == name).Select(static model => model.Id).ToList();
        return ids is [var id] ? id : null;
    }
}

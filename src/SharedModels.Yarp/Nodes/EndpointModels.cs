using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Registration;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Nodes;

/// <summary>Finds the models that endpoints need: declared ones, and the leases among the parameters of handlers.</summary>
internal sealed class EndpointModels(EndpointDataSource source, ISharedModelManager manager, IEnumerable<ModelRegistration> registrations)
{
    /// <summary>Describes all endpoints that need models.</summary>
    public IReadOnlyList<NodeEndpoint> Describe() =>
        [.. source.Endpoints.OfType<RouteEndpoint>().Select(Describe).OfType<NodeEndpoint>()];

    /// <summary>Returns the ids of the models that a request needs. Ids that are not registered are left to the endpoint.</summary>
    public IReadOnlyList<string> ModelsOf(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || Describe(endpoint) is not { } described)
            return [];
        var requested = described.ModelParameter is { } parameter && context.GetRouteValue(parameter) is string id
            ? described.Models.Append(id)
            : described.Models;
        var models = manager.GetSnapshot().Models;
        return [.. requested.Where(requested => models.Any(model => model.Id == requested)).Distinct(StringComparer.Ordinal)];
    }

    private NodeEndpoint? Describe(RouteEndpoint endpoint)
    {
        var metadata = endpoint.Metadata;
        var declared = metadata.GetOrderedMetadata<ModelRoutingMetadata>();
        string[] ids =
        [
            .. declared.SelectMany(static routing => routing.Models)
                .Concat(metadata.GetMetadata<MethodInfo>()?.GetParameters().Select(IdOf).OfType<string>() ?? [])
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

    /// <summary>Returns the id of the leased model: the key, or else the first id of the class, as the container does.</summary>
    private string? IdOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IModelLease<>))
            return null;
        return parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key as string
            ?? registrations.FirstOrDefault(registration => registration.Type == type.GenericTypeArguments[0])?.Id;
    }
}

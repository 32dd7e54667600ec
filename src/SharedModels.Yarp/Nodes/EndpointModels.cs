using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Nodes;

/// <summary>Finds the models that endpoints need: declared ones, and the leases among the parameters of handlers.</summary>
/// <param name="source">The endpoints of the application.</param>
/// <param name="idOfClass">Returns the id that a lease without a key of a class leases.</param>
internal sealed class EndpointModels(EndpointDataSource source, Func<Type, string?> idOfClass)
{
    private readonly ConditionalWeakTable<RouteEndpoint, NodeEndpoint> _described = [];

    /// <summary>
    /// Describes all endpoints in the order in which requests are matched. Endpoints without models can take the requests of others.
    /// </summary>
    public IReadOnlyList<NodeEndpoint> Describe() =>
        [.. source.Endpoints.OfType<RouteEndpoint>()
            .OrderBy(static endpoint => endpoint.Order)
            .ThenBy(static endpoint => endpoint.RoutePattern.InboundPrecedence)
            .Select(Find)];

    /// <summary>Returns true if the endpoint of a request needs no models, so that gateways must not forward it.</summary>
    public bool IsOther(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint endpoint && Find(endpoint) is { Models.Count: 0, ModelParameter: null };

    /// <summary>Returns the ids of the models that a request needs. An id in the path can be unknown.</summary>
    public IReadOnlyList<string> ModelsOf(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
            return [];
        var described = Find(endpoint);
        var requested = described.ModelParameter is { } parameter && context.GetRouteValue(parameter) is string id
            ? described.Models.Append(id)
            : described.Models;
        return [.. requested.Distinct(StringComparer.Ordinal)];
    }

    private NodeEndpoint Find(RouteEndpoint endpoint) => _described.GetValue(endpoint, Describe);

    private NodeEndpoint Describe(RouteEndpoint endpoint)
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
            ?? idOfClass(type.GenericTypeArguments[0]);
    }
}

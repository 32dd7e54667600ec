using Microsoft.AspNetCore.Routing;
using SharedModels.Yarp.Nodes;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that describe the endpoints of a node to gateways.</summary>
public static class ModelRoutingEndpointConventionBuilderExtensions
{
    /// <summary>Declares the models that an endpoint needs, so that gateways send its requests to nodes that serve them.</summary>
    /// <remarks>Handlers with parameters of the type <c>IModelLease&lt;T&gt;</c> do not need it.</remarks>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="models">The ids of the models.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static TBuilder RouteByModels<TBuilder>(this TBuilder builder, params string[] models)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(models);
        return builder.WithMetadata(new ModelRoutingMetadata(models, null));
    }

    /// <summary>Declares that the path of an endpoint contains the id of the model that it needs.</summary>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <param name="parameter">The route parameter, such as <c>{id}</c> or <c>id</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">The name of the parameter is empty.</exception>
    /// <exception cref="InvalidOperationException">
    /// The route of the endpoint does not have the parameter. It is thrown when the endpoints are built.
    /// </exception>
    public static TBuilder RouteByModel<TBuilder>(this TBuilder builder, string parameter)
        where TBuilder : IEndpointConventionBuilder
    {
        var name = parameter?.Trim('{', '}').TrimStart('*').Split(':', '=', '?')[0];
        ArgumentException.ThrowIfNullOrEmpty(name, nameof(parameter));
        builder.Add(endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern: var pattern } && pattern.GetParameter(name) is null)
            {
                throw new InvalidOperationException(
                    $"RouteByModel(\"{parameter}\") does not name a parameter of the route '{pattern.RawText}'. Its parameters are: "
                    + $"{string.Join(", ", pattern.Parameters.Select(static known => known.Name))}.");
            }
        });
        return builder.WithMetadata(new ModelRoutingMetadata([], name));
    }

    /// <summary>
    /// Allows gateways to send a request to another node if its node was lost while it may have been serving the request.
    /// </summary>
    /// <remarks>
    /// Use it for endpoints whose requests can be computed twice without harm. Gateways buffer the bodies of their requests, on disk if
    /// they are large. Without it, only requests that surely have not begun are sent to another node.
    /// </remarks>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static TBuilder AllowModelRetry<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new ModelRetryMetadata());
}

using SharedModels.Routing;

namespace SharedModels.Yarp.Gateways;

/// <summary>The models that an endpoint needs for a request.</summary>
/// <param name="Demand">The models.</param>
/// <param name="AllowsRetry">True if a request whose node was lost can be sent to another node.</param>
/// <param name="IsKnown">True if a node has reported the models. Otherwise, the demand is the path.</param>
internal sealed record RoutedEndpoint(ModelDemand Demand, bool AllowsRetry, bool IsKnown = true);

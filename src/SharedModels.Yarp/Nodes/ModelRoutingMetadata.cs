namespace SharedModels.Yarp.Nodes;

/// <summary>The models of an endpoint, if its handler does not show them.</summary>
/// <param name="Models">The ids of the models.</param>
/// <param name="Parameter">The route parameter that contains the id of a model.</param>
internal sealed record ModelRoutingMetadata(IReadOnlyList<string> Models, string? Parameter);

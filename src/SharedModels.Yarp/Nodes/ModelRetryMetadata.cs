namespace SharedModels.Yarp.Nodes;

/// <summary>Marks an endpoint whose requests can be computed twice.</summary>
internal sealed class ModelRetryMetadata;

using Orleans;

namespace SharedModels.Orleans.Messages;

/// <summary>The silo is not a member of the cluster, or not a node, so it has not received the call.</summary>
[GenerateSerializer]
[Alias("SharedModels.NodeGoneException")]
internal sealed class NodeGoneException(string message) : Exception(message);

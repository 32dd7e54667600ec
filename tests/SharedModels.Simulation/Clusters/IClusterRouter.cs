using SharedModels.Routing;

namespace SharedModels.Simulation.Clusters;

/// <summary>A router of a simulated cluster. The simulation reports the progress of requests.</summary>
internal interface IClusterRouter
{
    void Report(NodeReport report, long now);

    void Disconnected(string node);

    /// <summary>Chooses a node for the next attempt of a request and records that it is sent there.</summary>
    NodeChoice? Send(ClusterRequest request, long now);

    void Ended(ClusterRequest request);

    void Rejected(ClusterRequest request, NodeRejection rejection);

    void Broken(ClusterRequest request, long now);
}

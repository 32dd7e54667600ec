using SharedModels.Scheduling.Queueing;

namespace SharedModels.Simulation.Clusters;

/// <summary>An attempt of a request on a node.</summary>
internal sealed class NodeRequest(NodeModel model, ClusterRequest request, int attempt) : LeaseRequest(model.Waiting, new LeaseHolder())
{
    public ClusterRequest Request => request;

    public int Attempt => attempt;

    public NodeModel Model => model;

    /// <summary>Indicates whether the router has given up this attempt, so that nobody waits for its result.</summary>
    public bool IsAbandoned => request.Attempt != attempt;
}

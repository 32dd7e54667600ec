using SharedModels.Routing;

namespace SharedModels.Simulation.Clusters;

/// <summary>A request on its way through the cluster.</summary>
internal sealed class ClusterRequest(int index, int model, int router, ModelRoute route)
{
    public int Index => index;

    public int Model => model;

    public int Router => router;

    public ModelRoute Route => route;

    /// <summary>The number of the current attempt. Messages of earlier attempts are ignored.</summary>
    public int Attempt { get; set; }

    /// <summary>The node of the current attempt, or <see langword="null"/>.</summary>
    public string? Node { get; set; }

    /// <summary>Indicates whether the rule sends a request that was rejected to no other node.</summary>
    public bool IsGivenUp { get; set; }

    public int BrokenAttempts { get; set; }

    /// <summary>The time at which its last hold began.</summary>
    public TimeSpan ServedAt { get; set; }
}

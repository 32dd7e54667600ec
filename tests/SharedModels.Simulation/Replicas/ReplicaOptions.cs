namespace SharedModels.Simulation.Replicas;

/// <summary>The machine of a <see cref="ReplicaSimulation"/>, and the ways in which its models can be on several devices.</summary>
public sealed record ReplicaOptions
{
    /// <summary>The number of devices.</summary>
    public int Devices { get; init; } = 2;

    /// <summary>Each of the devices.</summary>
    public SimulatedDevice Device { get; init; } = new(16_000_000_000);

    /// <summary>The rate at which models are read from the disk.</summary>
    public double DiskBytesPerSecond { get; init; } = 0.5e9;

    /// <summary>The maximum number of replicas of each model.</summary>
    public int MaxReplicas { get; init; } = 1;

    /// <summary>The number of ids that each model is registered with by hand. Callers use them in turn.</summary>
    public int Ids { get; init; } = 1;
}

namespace SharedModels.AspNetCore.Status;

/// <summary>The state of a replica in a snapshot.</summary>
/// <param name="Device">The device that the replica is on or moves to, if any.</param>
/// <param name="Residency">The residency, as that of a model.</param>
internal sealed record ReplicaState(string? Device, string Residency)
{
    public static ReplicaState Create(ModelReplicaSnapshot replica) => new(replica.Device?.ToString(), replica.Residency.ToString());
}

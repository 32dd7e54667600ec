namespace SharedModels;

/// <summary>The state of a manager at a point in time.</summary>
/// <param name="Models">All models, ordered by id.</param>
/// <param name="Devices">All devices, accelerators first.</param>
/// <param name="IsShuttingDown"><see langword="true"/> if new leases are rejected because the application is stopping.</param>
public sealed record SharedModelsSnapshot(IReadOnlyList<ModelSnapshot> Models, IReadOnlyList<DeviceSnapshot> Devices, bool IsShuttingDown)
{
    /// <summary>The number of the last <see cref="SharedModelsChange"/> that the snapshot includes, or 0 if nobody is watching.</summary>
    public long LastChange { get; init; }
}

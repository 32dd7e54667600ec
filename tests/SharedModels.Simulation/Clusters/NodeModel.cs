using SharedModels.Routing;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Simulation.Clusters;

/// <summary>A model of a simulated node.</summary>
internal sealed class NodeModel(ModelSettings settings, int index, long bytes) : ScheduledModel(settings)
{
    public int Index => index;

    public long Bytes => bytes;

    /// <summary>Indicates whether the model may have changed since the last report.</summary>
    public bool IsChanged { get; set; }

    public ModelReport CreateReport(long now)
    {
        var isMeasured = LoadTicks > 0;
        return new()
        {
            Model = Id,
            Device = Device?.Device.ToString(),
            Presence = Residency switch
            {
                ModelResidency.OnDevice => ModelPresence.Resident,
                _ when IsWanted => ModelPresence.Arriving,
                ModelResidency.Loading or ModelResidency.Moving => ModelPresence.Arriving,
                ModelResidency.OnHost or ModelResidency.Evicting => ModelPresence.OnHost,
                _ => ModelPresence.Absent,
            },
            Arrival = TicksToArrive(now) is { } ticks ? TimeSpan.FromTicks(ticks) : null,
            LoadTime = isMeasured ? TimeSpan.FromTicks(LoadTicks + MoveTicks) : null,
            Bytes = Footprint.DeviceBytes,
            Queued = WaitingRequests,
        };
    }

    private long? TicksToArrive(long now) => Residency switch
    {
        ModelResidency.OnDevice => 0,
        _ when LoadTicks == 0 => null,
        ModelResidency.Loading => Math.Max(0, StepStartedAt + LoadTicks - now) + MoveTicks,
        ModelResidency.OnHost or ModelResidency.Moving or ModelResidency.Evicting => MoveTicks,
        _ => LoadTicks + MoveTicks,
    };
}

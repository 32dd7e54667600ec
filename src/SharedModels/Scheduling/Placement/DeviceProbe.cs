using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Placement;

/// <summary>The time at which a lost device is probed again.</summary>
internal sealed class DeviceProbe(ScheduledDevice device) : DeadlineEntry
{
    public ScheduledDevice Device { get; } = device;
}

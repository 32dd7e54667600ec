using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <summary>The time at which a lost device is asked whether it works again.</summary>
internal sealed class DeviceProbe(ScheduledDevice device) : Timed
{
    public ScheduledDevice Device { get; } = device;
}

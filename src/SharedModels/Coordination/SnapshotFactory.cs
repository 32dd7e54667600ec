using SharedModels.Registration;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Coordination;

/// <summary>Copies the scheduler's state, under the gate's lock.</summary>
internal static class SnapshotFactory
{
    public static SharedModelsSnapshot Create(LeaseScheduler scheduler, IEnumerable<RegisteredModel> models, long lastChange) => new(
        [.. models.OrderBy(static model => model.Id, StringComparer.Ordinal).Select(Create)],
        [.. scheduler.Devices.Select(Create)],
        scheduler.IsShuttingDown)
    {
        LastChange = lastChange,
    };

    private static ModelSnapshot Create(RegisteredModel model)
    {
        var state = model.Scheduled;
        return new()
        {
            Id = model.Id,
            Type = model.Type.FullName ?? model.Type.Name,
            Residency = state.Residency,
            Device = state.Device?.Device,
            Footprint = state.Footprint,
            ActiveLeases = state.Users,
            OverdueLeases = state.OverdueLeases,
            QueuedRequests = state.PendingRequests,
            Loads = state.Loads,
            Evictions = state.Evictions,
            IsHanging = model.Runtime.IsHanging,
            IsPreloaded = state.Settings.IsPreloaded,
            Error = state.Failure?.Message,
        };
    }

    private static DeviceSnapshot Create(ScheduledDevice device) => new()
    {
        Device = device.Device,
        BudgetBytes = device.Memory.BudgetBytes,
        UsedBytes = device.Memory.UsedBytes,
        Holders = device.HolderCount,
        MaxConcurrentHolders = device.MaxConcurrentHolders,
        QueueLength = device.QueueLength,
        MaxQueueLength = device.MaxQueueLength,
        Error = device.Failure?.Message,
    };
}

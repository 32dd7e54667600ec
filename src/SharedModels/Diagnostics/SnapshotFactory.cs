using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Diagnostics;

/// <summary>Copies the scheduler's state for those who want to see it.</summary>
internal static class SnapshotFactory
{
    public static SharedModelsSnapshot Create(LeaseScheduler scheduler, long lastChange) => new(
        [.. scheduler.Models.OfType<ModelHost>().OrderBy(static host => host.Id, StringComparer.Ordinal).Select(Create)],
        [.. scheduler.Devices.Select(Create)],
        scheduler.IsShuttingDown)
    {
        LastChange = lastChange,
    };

    private static ModelSnapshot Create(ModelHost host) => new()
    {
        Id = host.Id,
        Type = host.Type.FullName ?? host.Type.Name,
        Residency = host.Residency,
        Device = host.Device?.Device,
        Footprint = host.Footprint,
        ActiveLeases = host.Users,
        OverdueLeases = host.OverdueLeases,
        QueuedRequests = host.Wishes,
        Loads = host.Loads,
        Evictions = host.Evictions,
        IsHanging = host.IsHanging,
        IsPreloaded = host.Settings.IsPreloaded,
        Error = host.Error?.Message ?? (host.Residency == ModelResidency.OnDevice ? null : host.PreloadError),
    };

    private static DeviceSnapshot Create(ScheduledDevice device) => new()
    {
        Device = device.Device,
        BudgetBytes = device.BudgetBytes,
        UsedBytes = device.UsedBytes,
        Holders = device.HolderCount,
        MaxConcurrentHolders = device.MaxConcurrentHolders,
        QueueLength = device.QueueLength,
        MaxQueueLength = device.MaxQueueLength,
        Error = device.Error?.Message,
    };
}

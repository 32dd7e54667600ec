using SharedModels.Registration;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Coordination;

/// <summary>Copies the scheduler's state. Called under the gate's lock.</summary>
internal static class SnapshotFactory
{
    public static SharedModelsSnapshot Create(
        LeaseScheduler scheduler, IEnumerable<RegisteredModel> models, long lastChange, long now) =>
        new(
            [.. models.OrderBy(static model => model.Id, StringComparer.Ordinal).Select(Create)],
            [.. scheduler.Devices.Select(device => Create(device, scheduler.Policy, now))],
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
            QueuedRequests = state.WaitingRequests,
            LoadProgress = state.Residency == ModelResidency.Loading ? model.Runtime.LoadProgress : null,
            LoadDuration = TimeSpan.FromTicks(state.LoadTicks),
            MoveDuration = TimeSpan.FromTicks(state.MoveTicks),
            Loads = state.Loads,
            Version = model.Version,
            Canary = model.Canary?.ToSnapshot(),
            Evictions = state.Evictions,
            IsHanging = model.Runtime.IsHanging,
            IsPreloaded = state.Settings.IsPreloaded,
            Error = state.Failure?.Message ?? (state.Residency == ModelResidency.OnDevice ? null : model.PreloadError),
        };
    }

    private static DeviceSnapshot Create(ScheduledDevice device, SchedulingPolicy policy, long now) => new()
    {
        Device = device.Device,
        BudgetBytes = device.Memory.BudgetBytes,
        IsBudgetAuto = device.Memory.IsAuto,
        UsedBytes = device.Memory.UsedBytes,
        Holders = device.HolderCount,
        MaxConcurrentHolders = device.MaxConcurrentHolders,
        QueueLength = device.QueueLength,
        MaxQueueLength = device.MaxQueueLength,
        TypicalHold = TimeSpan.FromTicks(device.Holds.Typical),
        Error = device.Failure?.Message,
        IsUnrecoverable = device.IsLost && device.Failures > 1 && now - device.LostAt >= policy.UnrecoverableAfter,
    };
}

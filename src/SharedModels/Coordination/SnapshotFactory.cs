using SharedModels.Registration;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Versions;

namespace SharedModels.Coordination;

/// <summary>Copies the scheduler's state. Called under the gate's lock.</summary>
internal static class SnapshotFactory
{
    public static SharedModelsSnapshot Create(
        LeaseScheduler scheduler, IEnumerable<RegisteredModel> models, long lastChange, long now) =>
        new(
            [.. models.OrderBy(static model => model.Id, StringComparer.Ordinal).Select(static model => Create(model.Serving))],
            [.. scheduler.Devices.Select(device => Create(device, scheduler.Policy, now))],
            scheduler.IsShuttingDown)
        {
            LastChange = lastChange,
        };

    private static ModelSnapshot Create(RegisteredModel model)
    {
        var state = model.Scheduled.Replicas?.Home ?? model.Scheduled;
        var members = model.Members.Select(static member => member.Scheduled).ToList();
        return new()
        {
            Id = model.Id,
            Type = model.Type.FullName ?? model.Type.Name,
            Residency = state.Residency,
            Device = state.Device?.Device,
            Footprint = state.Footprint,
            ActiveLeases = VersionSet.SumOf(state, static member => member.Users),
            OverdueLeases = VersionSet.SumOf(state, static member => member.OverdueLeases),
            QueuedRequests = VersionSet.SumOf(state, static member => member.WaitingRequests),
            LoadProgress = state.Residency == ModelResidency.Loading ? model.FindMember(state).Runtime.LoadProgress : null,
            LoadDuration = TimeSpan.FromTicks(state.LoadTicks),
            MoveDuration = TimeSpan.FromTicks(state.MoveTicks),
            Loads = members.Sum(static member => member.Loads),
            Version = model.Version,
            Canary = model.Canary?.ToSnapshot(),
            Evictions = members.Sum(static member => member.Evictions),
            IsHanging = model.Members.Any(static member => member.Runtime.IsHanging),
            IsPreloaded = model.Scheduled.Settings.IsPreloaded,
            Error = state.Failure?.Message ?? (state.Residency == ModelResidency.OnDevice ? null : model.PreloadError),
            MaxReplicas = members.Count,
            Replicas = [.. members.Where(static member => !member.IsFreed || member.Failure is not null).Select(Create)],
        };
    }

    private static ModelReplicaSnapshot Create(ScheduledModel replica) => new()
    {
        Residency = replica.Residency,
        Device = replica.Device?.Device,
        Footprint = replica.Footprint,
        ActiveLeases = replica.Users,
        WorkingBytes = replica.Footprint.WorkingBytes * (replica.Users + replica.CompanionInputs),
        PeakWorkingBytes = replica.Footprint.WorkingBytes * replica.PeakUses,
        Error = replica.Failure?.Message,
    };

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

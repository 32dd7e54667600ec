using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.HealthChecks;

/// <summary>Healthy if a device is available. Reads the manager's state and never accesses the device.</summary>
internal sealed class DeviceCheck(ISharedModelManager manager, Device device) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = manager.GetSnapshot().Devices.Single(state => state.Device == device);
        var data = new Dictionary<string, object>
        {
            ["budget"] = state.BudgetBytes,
            ["used"] = state.UsedBytes,
            ["holders"] = state.Holders,
            ["maxHolders"] = state.MaxConcurrentHolders,
            ["queue"] = state.QueueLength,
            ["maxQueue"] = state.MaxQueueLength,
        };
        if (state.Error is not null)
            return Task.FromResult(
                new HealthCheckResult(context.Registration.FailureStatus, $"Device {device} is lost: {state.Error}", data: data));
        return Task.FromResult(state.QueueLength > 0 && state.QueueLength >= state.MaxQueueLength
            ? HealthCheckResult.Degraded(
                $"The queue of device {device} is full (length {state.QueueLength}, limit {state.MaxQueueLength}).", data: data)
            : HealthCheckResult.Healthy($"Device {device} is available.", data));
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.HealthChecks;

/// <summary>Healthy if the scheduler responds and no device is lost in a way that only a restart of the process can recover from.</summary>
internal sealed class LivenessCheck(ISharedModelManager manager) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var snapshot = manager.GetSnapshot();
        var data = new Dictionary<string, object>
        {
            ["models"] = snapshot.Models.Count,
            ["devices"] = snapshot.Devices.Count,
            ["leases"] = snapshot.Models.Sum(static model => model.ActiveLeases),
        };
        var lost = snapshot.Devices.Where(static device => device.IsUnrecoverable)
            .Select(static device =>
                $"Device {device.Device} has been lost for longer than SharedModels:Leasing:UnrecoverableAfter. Restart the process. "
                + $"{device.Error}")
            .ToList();
        return Task.FromResult(lost.Count > 0
            ? new HealthCheckResult(context.Registration.FailureStatus, string.Join(" ", lost), data: data)
            : HealthCheckResult.Healthy("The scheduler responds.", data));
    }
}

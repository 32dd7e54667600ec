using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.HealthChecks;

/// <summary>Healthy if the scheduler answers.</summary>
internal sealed class LivenessCheck(ISharedModelManager manager) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var snapshot = manager.GetSnapshot();
        return Task.FromResult(HealthCheckResult.Healthy("The scheduler answers.", new Dictionary<string, object>
        {
            ["models"] = snapshot.Models.Count,
            ["devices"] = snapshot.Devices.Count,
            ["leases"] = snapshot.Models.Sum(static model => model.ActiveLeases),
        }));
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.HealthChecks;

/// <summary>Healthy if requests for models can be served now; reads the manager's books and never touches a device.</summary>
internal sealed class ReadinessCheck(ISharedModelManager manager) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var snapshot = manager.GetSnapshot();
        var data = snapshot.Devices.ToDictionary(static device => $"{device.Device}.queue", static device => (object)device.QueueLength);
        foreach (var model in snapshot.Models)
            data[$"{model.Id}.residency"] = model.Residency.ToString();
        var problems = Problems(snapshot).ToList();
        if (problems.Count > 0)
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, string.Join(" ", problems), data: data));
        var overdue = snapshot.Models.Where(static model => model.OverdueLeases > 0).Select(static model => $"Model '{model.Id}' has been held too long.").ToList();
        return Task.FromResult(overdue.Count > 0
            ? HealthCheckResult.Degraded(string.Join(" ", overdue), data: data)
            : HealthCheckResult.Healthy("Models can be leased.", data));
    }

    private static IEnumerable<string> Problems(SharedModelsSnapshot snapshot)
    {
        if (snapshot.IsShuttingDown)
            yield return "The application is stopping.";
        foreach (var model in snapshot.Models)
        {
            if (model.IsPreloaded && (model.Loads == 0 || model.Error is not null))
                yield return $"Model '{model.Id}' is not there: {model.Error ?? "it is not loaded yet."}";
        }

        foreach (var device in snapshot.Devices)
        {
            if (device.QueueLength > 0 && device.QueueLength >= device.MaxQueueLength)
                yield return $"The queue of device {device.Device} is full: {device.QueueLength} requests wait.";
        }
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;
using SharedModels.Hosting;

namespace SharedModels.HealthChecks;

/// <summary>Healthy if requests for models can be served now. Reads the manager's state and never accesses a device.</summary>
internal sealed class ReadinessCheck(
    ISharedModelManager manager, IOptions<SharedModelsOptions>? options = null, StopDelays? stop = null) : IHealthCheck
{
    private readonly bool _fallsBack = options?.Value.Leasing.CpuFallback is true;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var snapshot = manager.GetSnapshot();
        var data = snapshot.Devices.ToDictionary(static device => $"{device.Device}.queue", static device => (object)device.QueueLength);
        foreach (var model in snapshot.Models)
            data[$"{model.Id}.residency"] = model.Residency.ToString();
        var problems = Problems(snapshot).ToList();
        if (problems.Count > 0)
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, string.Join(" ", problems), data: data));
        var doubts = snapshot.Models
            .Where(static model => model.OverdueLeases > 0)
            .Select(static model => $"Model '{model.Id}' has been held too long.")
            .Concat(snapshot.Devices.Where(static device => device.Error is not null).Select(
                device => $"Device {device.Device} is lost, but {Substitute(snapshot)}: {device.Error}"))
            .ToList();
        return Task.FromResult(doubts.Count > 0
            ? HealthCheckResult.Degraded(string.Join(" ", doubts), data: data)
            : HealthCheckResult.Healthy("Models can be leased.", data));
    }

    private static bool HasAccelerator(SharedModelsSnapshot snapshot) =>
        snapshot.Devices.Any(static device => device is { Error: null, Device.IsCpu: false });

    private static string Substitute(SharedModelsSnapshot snapshot) => HasAccelerator(snapshot)
        ? "others are available"
        : "models that can run on the CPU do so (SharedModels:Leasing:CpuFallback)";

    private IEnumerable<string> Problems(SharedModelsSnapshot snapshot)
    {
        if (snapshot.IsShuttingDown || stop?.HasBegun is true)
            yield return "The application is stopping.";
        foreach (var model in snapshot.Models)
        {
            if (model.IsHanging)
                yield return $"Code of model '{model.Id}' hangs: it has exceeded SharedModels:Leasing:LoadTimeout and is still running.";
            if (model.IsPreloaded && model.Residency != ModelResidency.OnDevice)
                yield return $"Model '{model.Id}' is not on its device: "
                    + $"{model.Error ?? (model.Loads == 0 ? "it is not loaded yet." : $"it is {model.Residency}.")}";
        }

        var isServed = _fallsBack || HasAccelerator(snapshot);
        foreach (var device in snapshot.Devices)
        {
            if (device.Error is not null && !isServed)
                yield return $"Device {device.Device} is lost, and no other accelerator is available: {device.Error}";
            if (device.QueueLength > 0 && device.QueueLength >= device.MaxQueueLength)
                yield return $"The queue of device {device.Device} is full (length {device.QueueLength}, limit {device.MaxQueueLength}).";
        }
    }
}

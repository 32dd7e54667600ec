using Microsoft.Extensions.Diagnostics.HealthChecks;
using SharedModels.Cuda.Devices;

namespace SharedModels.Cuda.HealthChecks;

/// <summary>
/// Reports unhealthy if a CUDA device is lost or does not respond, and degraded if much more of its memory is taken than the manager has
/// reserved. The check uses the last reading and does not call the driver.
/// </summary>
internal sealed class CudaDevicesCheck(CudaDeviceMonitor monitor, CudaOptions options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var devices = monitor.Devices;
        var data = new Dictionary<string, object>();
        foreach (var device in devices)
        {
            if (device.Age is not { } age)
                continue;
            data[$"{device.Device}.reservedBytes"] = device.ReservedBytes;
            data[$"{device.Device}.readingAgeSeconds"] = age.TotalSeconds;
            if (device.Reading is not { } reading)
                continue;
            data[$"{device.Device}.takenBytes"] = reading.TakenBytes;
            data[$"{device.Device}.retainedBytes"] = reading.RetainedBytes;
            data[$"{device.Device}.cachedBytes"] = device.CachedBytes!;
            data[$"{device.Device}.driftBytes"] = device.DriftBytes!;
            if (reading.OtherProcessesBytes is { } others)
                data[$"{device.Device}.otherProcessesBytes"] = others;
            if (reading.TemperatureCelsius is { } celsius)
                data[$"{device.Device}.temperatureCelsius"] = celsius;
        }

        return Task.FromResult(new HealthCheckResult(Judge(devices, context, out var description), description, data: data));
    }

    private HealthStatus Judge(IReadOnlyList<MonitoredDevice> devices, HealthCheckContext context, out string? description)
    {
        if (devices.FirstOrDefault(static device => device.Problem is not null) is { } failing)
        {
            description = failing.Problem;
            return context.Registration.FailureStatus;
        }

        if (devices.FirstOrDefault(device => device.DriftBytes > options.MaxDriftBytes) is { } drifting)
        {
            description =
                $"{drifting.DriftBytes} bytes of {drifting.Device} are taken in addition to the bytes that models declare (MaxDriftBytes: "
                + $"{options.MaxDriftBytes}). Increase WorkingBytes of the models, or ReserveBytes.";
            return HealthStatus.Degraded;
        }

        description = null;
        return HealthStatus.Healthy;
    }
}

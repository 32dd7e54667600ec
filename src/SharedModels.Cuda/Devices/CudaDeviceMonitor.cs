using System.Diagnostics.Metrics;

namespace SharedModels.Cuda.Devices;

/// <summary>Compares the manager's reservations with what the driver says, for metrics and health.</summary>
internal sealed class CudaDeviceMonitor : IDisposable
{
    private readonly CudaDeviceProvider _provider;
    private readonly ISharedModelManager _manager;
    private readonly Meter _meter;

    public CudaDeviceMonitor(CudaDeviceProvider provider, ISharedModelManager manager, IMeterFactory? meters)
    {
        _provider = provider;
        _manager = manager;
        const string Name = "SharedModels.Cuda";
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _meter.CreateObservableGauge(
            "sharedmodels.device.memory.drift",
            () => Measure(static device => device.DriftBytes),
            "By",
            "Bytes that the driver reports as used beyond those that the manager has reserved.");
        _meter.CreateObservableGauge(
            "sharedmodels.device.memory.others",
            () => Measure(static device => device.Reading?.OtherProcessesBytes),
            "By",
            "Bytes that other processes have on the device.");
        _meter.CreateObservableGauge(
            "sharedmodels.device.temperature",
            () => Measure(static device => device.Reading?.TemperatureCelsius),
            "Cel",
            "The device's temperature.");
    }

    /// <summary>All CUDA devices as they are now; one without a reading does not answer.</summary>
    public IReadOnlyList<MonitoredDevice> Read()
    {
        var reserved = _manager.GetSnapshot().Devices.ToDictionary(static device => device.Device, static device => device.UsedBytes);
        return [.. _provider.Devices.Select(
            device => new MonitoredDevice(device, reserved.GetValueOrDefault(device), _provider.Read(device)))];
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Measure(Func<MonitoredDevice, long?> value)
    {
        foreach (var device in Read())
        {
            if (value(device) is { } measured)
                yield return new(measured, new KeyValuePair<string, object?>("device", device.Device.ToString()));
        }
    }
}

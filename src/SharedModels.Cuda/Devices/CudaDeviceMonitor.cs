using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Diagnostics;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Devices;

/// <summary>
/// Reads the devices and compares the driver's values with the manager's reservations. Metrics and health checks use the last reading,
/// because calls to the driver can hang.
/// </summary>
internal sealed class CudaDeviceMonitor : IDisposable
{
    private readonly ConcurrentDictionary<Device, Task> _checks = new();
    private readonly ConcurrentDictionary<Device, (MonitoredDevice State, long At)> _readings = new();
    private readonly ConcurrentDictionary<Device, ConcurrentDictionary<string, long>> _workingBytes = new();
    private readonly CudaDeviceProvider _provider;
    private readonly ISharedModelManager _manager;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Meter _meter;

    public CudaDeviceMonitor(
        CudaDeviceProvider provider, ISharedModelManager manager, IMeterFactory? meters, TimeProvider time, ILogger logger)
    {
        _provider = provider;
        _manager = manager;
        _time = time;
        _logger = logger;
        const string Name = "SharedModels.Cuda";
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _meter.CreateObservableGauge(
            "sharedmodels.device.memory.drift",
            () => Measure(static device => device.DriftBytes),
            "By",
            "Bytes that the driver reports as used but that no model declares and nothing keeps for reuse.");
        _meter.CreateObservableGauge(
            "sharedmodels.device.memory.others",
            () => Measure(static device => device.Reading?.OtherProcessesBytes),
            "By",
            "Bytes that other processes use on the device.");
        _meter.CreateObservableGauge(
            "sharedmodels.device.temperature",
            () => Measure(static device => device.Reading?.TemperatureCelsius),
            "Cel",
            "The temperature of the device.");
    }

    /// <summary>All CUDA devices at the time of the last reading. The driver is not called.</summary>
    public IReadOnlyList<MonitoredDevice> Devices => [.. _provider.Devices.Select(Find)];

    /// <summary><see langword="true"/> if no reading is pending.</summary>
    public bool IsIdle => _checks.Values.All(static check => check.IsCompleted);

    /// <summary>
    /// Starts a reading of each device without a pending one, and reports devices that have not responded for too long.
    /// </summary>
    public void Check()
    {
        foreach (var device in _provider.Devices)
        {
            if (_checks.TryGetValue(device, out var check) && !check.IsCompleted)
                ReportSilence(device);
            else
                _checks[device] = CheckAsync(device);
        }
    }

    public void Dispose() => _meter.Dispose();

    private void ReportSilence(Device device)
    {
        try
        {
            _provider.ReportSilence(device);
        }
#pragma warning disable CA1031 // A subscriber that throws must not end the checks.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CheckFailed(_logger, exception, device);
        }
    }

    private async Task CheckAsync(Device device)
    {
        try
        {
            var (reading, problem) = await ReadAsync(device).ConfigureAwait(false);
            var snapshot = _manager.GetSnapshot();
            var state = snapshot.Devices.FirstOrDefault(state => state.Device == device);
            var monitored = new MonitoredDevice(device, state?.UsedBytes ?? 0, reading, Problem: problem)
            {
                IdleWorkingBytes = FindIdleWorkingBytes(device, snapshot),
            };
            _readings[device] = (monitored, _time.GetTimestamp());
            if (reading is not null && state is { IsBudgetAuto: true })
                _provider.FollowNeighbors(device, reading, BytesInUse(snapshot, device), _time.GetUtcNow());
        }
#pragma warning disable CA1031 // A subscriber that throws must not end the checks.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.CheckFailed(_logger, exception, device);
        }
    }

    /// <summary>
    /// Returns the working memory that all models that have been on the device have once needed there, except what is in use.
    /// </summary>
    private long FindIdleWorkingBytes(Device device, SharedModelsSnapshot snapshot)
    {
        var known = _workingBytes.GetOrAdd(device, static _ => new());
        long inUse = 0;
        foreach (var (model, replica) in ReplicasOn(device, snapshot))
        {
            var bytes = Math.Max(replica.Footprint.WorkingBytes, replica.PeakWorkingBytes);
            known.AddOrUpdate(model, bytes, (_, before) => Math.Max(before, bytes));
            inUse += replica.WorkingBytes;
        }

        return Math.Max(0, known.Values.Sum() - inUse);
    }

    private async Task<(CudaDeviceReading? Reading, string? Problem)> ReadAsync(Device device)
    {
        try
        {
            return (await _provider.ReadAsync(device).ConfigureAwait(false), null);
        }
        catch (CudaException exception)
        {
            return (null, $"{device} could not be read: {exception.Message}");
        }
    }

    private MonitoredDevice Find(Device device)
    {
        var loss = _provider.FindLoss(device);
        return _readings.TryGetValue(device, out var last)
            ? last.State with
            {
                Reading = loss is null ? last.State.Reading : null,
                Age = _time.GetElapsedTime(last.At),
                Problem = loss ?? last.State.Problem,
            }
            : new(device, 0, null, Problem: loss);
    }

    private IEnumerable<Measurement<long>> Measure(Func<MonitoredDevice, long?> value)
    {
        foreach (var device in Devices)
        {
            if (value(device) is { } measured)
                yield return new(measured, new KeyValuePair<string, object?>("device", device.Device.ToString()));
        }
    }

    /// <summary>
    /// Returns the bytes of models that cannot be evicted now: models in use, including their working memory, and moving models.
    /// </summary>
    private static long BytesInUse(SharedModelsSnapshot snapshot, Device device) => ReplicasOn(device, snapshot)
        .Select(static pair => pair.Replica)
        .Where(static replica => replica.ActiveLeases > 0 || replica.Residency is ModelResidency.Moving or ModelResidency.Evicting)
        .Sum(static replica => replica.Footprint.DeviceBytes + replica.WorkingBytes);

    private static IEnumerable<(string Model, ModelReplicaSnapshot Replica)> ReplicasOn(Device device, SharedModelsSnapshot snapshot) =>
        snapshot.Models.SelectMany(static model => model.Replicas.Select(replica => (model.Id, replica)))
            .Where(pair => pair.replica.Device == device);
}

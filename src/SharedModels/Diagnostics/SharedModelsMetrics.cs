using System.Diagnostics;
using System.Diagnostics.Metrics;
using SharedModels.Scheduling.Decisions;
using static SharedModels.Diagnostics.SafeInstruments;

namespace SharedModels.Diagnostics;

/// <summary>The meter <c>SharedModels</c>, with counters and histograms of events and with gauges of the current state.</summary>
internal sealed class SharedModelsMetrics : IDisposable
{
    public const string Name = "SharedModels";

    private readonly Meter _meter;
    private readonly bool _ownsMeter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _waitDuration;
    private readonly Histogram<double> _holdDuration;
    private readonly Histogram<double> _loadDuration;
    private readonly Histogram<double> _transferDuration;
    private readonly Histogram<long> _transferSize;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _fallbacks;
    private readonly Histogram<long> _batchSize;
    private readonly Histogram<double> _batchWait;
    private readonly Histogram<double> _batchDuration;
    private readonly Counter<long> _batchSplits;

    // 100 microseconds to 5 minutes, and 1 MiB to 64 GiB: the defaults of exporters fit neither.
    internal static readonly double[] Durations =
    [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300,
    ];

    private static readonly long[] BatchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    private static readonly long[] Sizes = [.. Enumerable.Range(0, 9).Select(static i => 1L << (20 + (2 * i)))];

    /// <summary>Creates the instruments with a meter of the factory or, without a factory, with its own meter.</summary>
    public SharedModelsMetrics(IMeterFactory? meters)
    {
        _ownsMeter = meters is null;
        _meter = meters?.Create(Name) ?? new Meter(Name);
        _requests = _meter.CreateCounter<long>(
            "sharedmodels.lease.requests", "{request}", "The number of completed requests for leases, by outcome.");
        _waitDuration = CreateDuration("sharedmodels.lease.wait.duration", "The time that granted requests waited.");
        _holdDuration = CreateDuration("sharedmodels.lease.hold.duration", "The time that leases were held.");
        _loadDuration = CreateDuration("sharedmodels.model.load.duration", "The duration of loads into host memory.");
        _transferDuration = CreateDuration("sharedmodels.model.transfer.duration", "The duration of moves to and from a device.");
        _transferSize = _meter.CreateHistogram(
            "sharedmodels.model.transfer.size",
            "By",
            "The number of bytes moved to a device, and moved back for mutable models.",
            tags: null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = Sizes });
        _evictions = _meter.CreateCounter<long>("sharedmodels.model.evictions", "{eviction}", "The number of evictions, by reason.");
        _fallbacks = _meter.CreateCounter<long>(
            "sharedmodels.model.fallbacks", "{fallback}", "The number of models placed on the CPU because no accelerator was available.");
        _batchSize = _meter.CreateHistogram(
            "sharedmodels.batch.size",
            "{input}",
            "The number of inputs that ran together.",
            tags: null,
            new InstrumentAdvice<long> { HistogramBucketBoundaries = BatchSizes });
        _batchWait = CreateDuration("sharedmodels.batch.wait.duration", "The time that inputs waited for their batch to start.");
        _batchDuration = CreateDuration("sharedmodels.batch.duration", "The duration of batches.");
        _batchSplits = _meter.CreateCounter<long>(
            "sharedmodels.batch.splits", "{run}", "The number of further runs of parts of batches that failed.");
    }

    /// <summary>Creates the gauges of the current state. Listeners can read it from now on.</summary>
    public void Observe(Func<SharedModelsSnapshot> snapshot)
    {
        _meter.CreateObservableUpDownCounter(
            "sharedmodels.leases.active",
            () => OfModels(snapshot(), static model => model.ActiveLeases),
            "{lease}",
            "The number of holders that use a model.");
        _meter.CreateObservableUpDownCounter(
            "sharedmodels.requests.queued",
            () => OfModels(snapshot(), static model => model.QueuedRequests),
            "{request}",
            "The number of waiting requests.");
        _meter.CreateObservableUpDownCounter(
            "sharedmodels.models.resident",
            () => OfDevices(
                snapshot(), static (device, models) => models.Sum(model => model.Replicas.Count(replica => IsOn(replica, device)))),
            "{model}",
            "The number of models on a device. Each replica counts.");
        _meter.CreateObservableUpDownCounter(
            "sharedmodels.device.memory.used",
            () => OfDevices(snapshot(), static (device, _) => device.UsedBytes),
            "By",
            "The number of bytes that models take on a device.");
        _meter.CreateObservableUpDownCounter(
            "sharedmodels.device.memory.limit",
            () => OfDevices(snapshot(), static (device, _) => device.BudgetBytes),
            "By",
            "The number of bytes that models can take on a device.");
    }

    /// <summary>Indicates whether hold times are measured and must therefore be exact.</summary>
    public bool MeasuresHolds => _holdDuration.Enabled;

    /// <summary>Records a granted request. <paramref name="waited"/> is in ticks.</summary>
    public void Granted(string modelId, Device? device, long waited)
    {
        if (!_requests.Enabled && !_waitDuration.Enabled)
            return;
        var tags = Tags(modelId, device);
        Record(_waitDuration, Seconds(waited), tags);
        tags.Add(TelemetryTags.Outcome, "granted");
        Add(_requests, 1, tags);
    }

    public void NotGranted(string modelId, Device? device, string outcome)
    {
        if (!_requests.Enabled)
            return;
        var tags = Tags(modelId, device);
        tags.Add(TelemetryTags.Outcome, outcome);
        Add(_requests, 1, tags);
    }

    public void Released(string modelId, Device? device, long held)
    {
        if (_holdDuration.Enabled)
            Record(_holdDuration, Seconds(held), Tags(modelId, device));
    }

    /// <summary>Records the wait of an input for its batch, in ticks.</summary>
    public void BatchWaited(string modelId, Device? device, long waited)
    {
        if (_batchWait.Enabled)
            Record(_batchWait, Seconds(waited), Tags(modelId, device));
    }

    /// <summary>Records a batch. <paramref name="ticks"/> is its duration.</summary>
    public void BatchRan(string modelId, Device? device, int size, int splits, long ticks)
    {
        if (!_batchSize.Enabled && !_batchDuration.Enabled && !_batchSplits.Enabled)
            return;
        var tags = Tags(modelId, device);
        Record(_batchSize, size, tags);
        Record(_batchDuration, Seconds(ticks), tags);
        if (splits > 0)
            Add(_batchSplits, splits, tags);
    }

    /// <summary>Records a load. <paramref name="failure"/> is the reason why it failed, if it did.</summary>
    public void Loaded(string modelId, Device? device, TimeSpan duration, Exception? failure) =>
        Record(_loadDuration, duration.TotalSeconds, Tags(modelId, device, failure));

    /// <summary>
    /// Records a move to a device, or back to the host. A move to the host copies nothing unless <paramref name="bytes"/> is positive.
    /// </summary>
    public void Moved(string modelId, Device? device, TimeSpan duration, bool isEviction, long bytes, Exception? failure)
    {
        var tags = Tags(modelId, device, failure);
        tags.Add(TelemetryTags.Direction, isEviction ? "to_host" : "to_device");
        Record(_transferDuration, duration.TotalSeconds, tags);
        if (failure is null && (!isEviction || bytes > 0))
            Record(_transferSize, bytes, tags);
    }

    public void Evicted(string modelId, Device? device, EvictionReason reason)
    {
        var tags = Tags(modelId, device);
        tags.Add(TelemetryTags.Reason, Reason(reason));
        Add(_evictions, 1, tags);
    }

    public void FellBack(string modelId, Device? device) => Add(_fallbacks, 1, Tags(modelId, device));

    private Histogram<double> CreateDuration(string name, string description) => _meter.CreateHistogram(
        name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Durations });

    public void Dispose()
    {
        if (_ownsMeter)
            _meter.Dispose();
    }

    internal static string Reason(EvictionReason reason) => reason switch
    {
        EvictionReason.Room => "room",
        EvictionReason.KeepAlive => "keep_alive",
        EvictionReason.Request => "request",
        EvictionReason.OutOfMemory => "out_of_memory",
        EvictionReason.DeviceLost => "device_lost",
        _ => "shutdown",
    };

    internal static string Outcome(RejectionReason reason) => reason switch
    {
        RejectionReason.QueueFull => "queue_full",
        RejectionReason.TimedOut => "timeout",
        RejectionReason.TooLate => "too_late",
        RejectionReason.LoadFailed => "load_failed",
        RejectionReason.OutOfMemory => "out_of_memory",
        RejectionReason.DeviceLost => "device_lost",
        RejectionReason.ShuttingDown => "shutting_down",
        RejectionReason.Deadlock => "deadlock",
        RejectionReason.NeverFits => "never_fits",
        RejectionReason.DoesNotFitNow => "does_not_fit_now",
        RejectionReason.Removed => "removed",
        _ => "no_device",
    };

    // The coarse clock can be some milliseconds behind the exact one.
    private static double Seconds(long ticks) => Math.Max(0, ticks) / (double)TimeSpan.TicksPerSecond;

    private static bool IsOn(ModelReplicaSnapshot replica, DeviceSnapshot device) =>
        replica.Device == device.Device && replica.Residency == ModelResidency.OnDevice;

    private static TagList Tags(string modelId, Device? device, Exception? failure = null)
    {
        var tags = new TagList { { TelemetryTags.Model, modelId }, { TelemetryTags.Device, device?.ToString() ?? "none" } };
        if (failure is not null)
            tags.Add(TelemetryTags.ErrorType, failure.GetType().FullName);
        return tags;
    }

    private static IEnumerable<Measurement<long>> OfModels(SharedModelsSnapshot snapshot, Func<ModelSnapshot, long> value) =>
        snapshot.Models.Select(model => new Measurement<long>(value(model), new TagList { { TelemetryTags.Model, model.Id } }));

    private static IEnumerable<Measurement<long>> OfDevices(
        SharedModelsSnapshot snapshot, Func<DeviceSnapshot, IReadOnlyList<ModelSnapshot>, long> value) =>
        snapshot.Devices.Select(device => new Measurement<long>(
            value(device, snapshot.Models), new TagList { { TelemetryTags.Device, device.Device.ToString() } }));
}

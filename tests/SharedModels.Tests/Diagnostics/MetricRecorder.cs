using System.Diagnostics.Metrics;
using SharedModels.Diagnostics;

namespace SharedModels.Tests.Diagnostics;

/// <summary>
/// Listens to the meter of one manager. A <c>MetricCollector</c> reads one instrument and must exist before its first measurement, so a
/// test would need one for each instrument and each type of value.
/// </summary>
internal sealed class MetricRecorder : IMeterFactory
{
    private readonly Meter _meter = new(SharedModelsMetrics.Name);
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, double Value, string Tags)> _measurements = [];

    public MetricRecorder()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _meter))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public Meter Create(MeterOptions options) => _meter;

    /// <summary>The measurements of an instrument so far, as <c>value tags</c>, sorted because threads report in any order.</summary>
    public IReadOnlyList<string> this[string name] => [.. Read(name).Order(StringComparer.Ordinal)];

    /// <summary>The current measurements of an observable instrument, as <c>value tags</c>.</summary>
    public IReadOnlyList<string> Observe(string name)
    {
        lock (_measurements)
            _measurements.RemoveAll(measurement => measurement.Name == name);
        _listener.RecordObservableInstruments();
        return Read(name);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private List<string> Read(string name)
    {
        lock (_measurements)
            return [.. _measurements.Where(measurement => measurement.Name == name).Select(
                measurement => $"{measurement.Value:0.###} {measurement.Tags}")];
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"));
        lock (_measurements)
            _measurements.Add((instrument.Name, value, text));
    }
}

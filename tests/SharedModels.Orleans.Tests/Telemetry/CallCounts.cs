using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace SharedModels.Orleans.Tests.Telemetry;

/// <summary>The metrics of a caller.</summary>
internal sealed class CallCounts : IDisposable
{
    private readonly Dictionary<string, MetricCollector<long>> _counters;
    private readonly Dictionary<string, MetricCollector<double>> _histograms;

    /// <summary>Collects the metrics of the caller that gets <see cref="Meters"/>.</summary>
    public CallCounts()
    {
        _counters = Collect<long>("routes", "attempts", "loads", "unknown_outcomes", "nodes", "requests.active", "model.replicas");
        _histograms = Collect<double>("route.regret", "route.wait.expected", "route.wait.actual", "report.age");
    }

    public IMeterFactory Meters { get; } = TestCluster.Meters();

    /// <summary>Returns the values of a counter with their tags except for the node, in the order of their recording.</summary>
    public List<string> TextOf(string name) =>
    [
        .. _counters[name].GetMeasurementSnapshot().Select(static measurement => $"{measurement.Value} " + string.Join(
            ' ',
            measurement.Tags
                .Where(static tag => tag.Key != "node" || tag.Value is "none")
                .OrderBy(static tag => tag.Key, StringComparer.Ordinal)
                .Select(static tag => $"{tag.Key}={tag.Value}"))),
    ];

    /// <summary>Returns the nodes of the values of a counter.</summary>
    public List<object?> NodesOf(string name) => [.. _counters[name].GetMeasurementSnapshot().Select(static value => value.Tags["node"])];

    /// <summary>Returns the values of a histogram.</summary>
    public List<double> ValuesOf(string name) => [.. _histograms[name].GetMeasurementSnapshot().Select(static value => value.Value)];

    /// <summary>Reads the instruments that are observed.</summary>
    public void Observe(string name)
    {
        if (_counters.TryGetValue(name, out var counter))
            counter.RecordObservableInstruments();
        else
            _histograms[name].RecordObservableInstruments();
    }

    public void Dispose()
    {
        foreach (var counter in _counters.Values)
            counter.Dispose();
        foreach (var histogram in _histograms.Values)
            histogram.Dispose();
        Meters.Dispose();
    }

    private Dictionary<string, MetricCollector<T>> Collect<T>(params string[] names)
        where T : struct
        => names.ToDictionary(
            static name => name,
            name => new MetricCollector<T>(Meters, "SharedModels", $"sharedmodels.cluster.{name}"),
            StringComparer.Ordinal);
}

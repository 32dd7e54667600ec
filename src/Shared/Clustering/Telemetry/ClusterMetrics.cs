using System.Diagnostics;
using System.Diagnostics.Metrics;
using SharedModels.Clustering.State;
using SharedModels.Diagnostics;
using SharedModels.Routing;
using SharedModels.Routing.Nodes;
using static SharedModels.Diagnostics.SafeInstruments;

namespace SharedModels.Clustering.Telemetry;

/// <summary>The instruments of a process that sends requests to nodes, in the meter <c>SharedModels</c>.</summary>
/// <remarks>Called outside locks.</remarks>
internal sealed class ClusterMetrics
{
    // A request that waits less than expected has a negative regret.
    private static readonly double[] Differences =
    [
        -60, -10, -1, -0.25, -0.1, -0.05, -0.025, -0.01, -0.005, -0.001, 0, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10, 60,
    ];

    private readonly Counter<long> _routes;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _unknownOutcomes;
    private readonly Counter<long> _loads;
    private readonly Histogram<double> _regret;
    private readonly Histogram<double> _expectedWait;
    private readonly Histogram<double> _actualWait;

    public ClusterMetrics(IMeterFactory meters, Func<ClusterState> describe, TimeProvider time)
    {
        var meter = meters.Create(SharedModelsMetrics.Name);
        _routes = meter.CreateCounter<long>(
            "sharedmodels.cluster.routes", "{request}", "The number of requests that have ended, by outcome.");
        _attempts = meter.CreateCounter<long>(
            "sharedmodels.cluster.attempts", "{attempt}", "The number of times that requests were sent to nodes, by outcome.");
        _unknownOutcomes = meter.CreateCounter<long>(
            "sharedmodels.cluster.unknown_outcomes", "{request}", "The number of failed requests that a lost node may have computed.");
        _loads = meter.CreateCounter<long>(
            "sharedmodels.cluster.loads", "{load}", "The number of loads of models that requests have caused, by reason.");
        _regret = Create(
            meter, "sharedmodels.cluster.route.regret", "The actual wait of served requests less the expected one.", Differences);
        _expectedWait = Create(
            meter,
            "sharedmodels.cluster.route.wait.expected",
            "The wait that served requests expected.",
            SharedModelsMetrics.Durations);
        _actualWait = Create(
            meter,
            "sharedmodels.cluster.route.wait.actual",
            "The time that served requests waited for leases.",
            SharedModelsMetrics.Durations);
        describe = Share(describe, time);
        meter.CreateObservableGauge(
            "sharedmodels.cluster.report.age", () => AgesOf(describe()), "s", "The time since the last report of a node.");
        meter.CreateObservableUpDownCounter(
            "sharedmodels.cluster.nodes", () => StandingsOf(describe()), "{node}", "The number of nodes, by state.");
        meter.CreateObservableUpDownCounter(
            "sharedmodels.cluster.requests.active",
            () => describe().Nodes.Select(static node => Measure((long)node.Node.InFlight, TelemetryTags.Node, node.Node.Node)),
            "{request}",
            "The number of requests that were sent to a node and have not ended.");
        meter.CreateObservableUpDownCounter(
            "sharedmodels.cluster.model.replicas",
            () => ReplicasOf(describe()),
            "{replica}",
            "The number of nodes that report and have a model on a device or on its way to one.");
    }

    /// <summary>Indicates whether the reasons of loads are recorded.</summary>
    public bool CountsLoads => _loads.Enabled;

    public void Loading(string model, LoadReason reason) =>
        Add(_loads, 1, new() { { TelemetryTags.Model, model }, { TelemetryTags.Reason, OutcomeNames.Of(reason) } });

    public void Attempted(string node, string models, AttemptOutcome outcome)
    {
        if (_attempts.Enabled)
            Add(_attempts, 1, Tags(node, models, OutcomeNames.Of(outcome)));
    }

    public void Routed(string node, string models, RouteOutcome outcome)
    {
        if (_routes.Enabled)
            Add(_routes, 1, Tags(node, models, OutcomeNames.Of(outcome)));
        if (outcome == RouteOutcome.Lost && _unknownOutcomes.Enabled)
            Add(_unknownOutcomes, 1, Tags(node, models));
    }

    /// <summary>Records the wait of a request that was served.</summary>
    public void Waited(string node, string models, TimeSpan expected, TimeSpan actual)
    {
        if (!_regret.Enabled && !_expectedWait.Enabled && !_actualWait.Enabled)
            return;
        var tags = Tags(node, models);
        Record(_expectedWait, expected.TotalSeconds, tags);
        Record(_actualWait, actual.TotalSeconds, tags);
        Record(_regret, (actual - expected).TotalSeconds, tags);
    }

    /// <summary>Lets the instruments that are read one after the other share a description, which takes the lock of the router.</summary>
    private static Func<ClusterState> Share(Func<ClusterState> describe, TimeProvider time)
    {
        var maxAge = TimeSpan.FromMilliseconds(100);
        Tuple<ClusterState, long>? last = null;
        return () =>
        {
            var known = Volatile.Read(ref last);
            if (known is null || time.GetElapsedTime(known.Item2) > maxAge)
                Volatile.Write(ref last, known = Tuple.Create(describe(), time.GetTimestamp()));
            return known.Item1;
        };
    }

    private static Histogram<double> Create(Meter meter, string name, string description, double[] boundaries) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });

    private static TagList Tags(string node, string models, string? outcome = null)
    {
        var tags = new TagList { { TelemetryTags.Node, node }, { TelemetryTags.Model, models } };
        if (outcome is not null)
            tags.Add(TelemetryTags.Outcome, outcome);
        return tags;
    }

    private static IEnumerable<Measurement<double>> AgesOf(ClusterState state) =>
        from entry in state.Nodes
        where entry.Node.ReportAge is not null
        select Measure(entry.Node.ReportAge.GetValueOrDefault().TotalSeconds, TelemetryTags.Node, entry.Node.Node);

    private static IEnumerable<Measurement<long>> StandingsOf(ClusterState state) =>
        Enum.GetValues<NodeStanding>().Select(standing => Measure(
            state.Nodes.LongCount(entry => entry.Node.Standing == standing), TelemetryTags.State, OutcomeNames.Of(standing)));

    private static IEnumerable<Measurement<long>> ReplicasOf(ClusterState state) =>
        state.Nodes
            .Where(static entry => entry.Node.Standing != NodeStanding.Silent)
            .SelectMany(static entry => entry.Node.Models)
            .GroupBy(static model => model.Model, StringComparer.Ordinal)
            .Select(static group => Measure(
                group.LongCount(static model => model.Presence is ModelPresence.Resident or ModelPresence.Arriving),
                TelemetryTags.Model,
                group.Key));

    private static Measurement<T> Measure<T>(T value, string tag, string text)
        where T : struct => new(value, new TagList { { tag, text } });
}

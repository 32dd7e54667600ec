using System.Diagnostics;
using SharedModels.Diagnostics;
using SharedModels.Routing;
using SharedModels.Routing.Nodes;

namespace SharedModels.Clustering.Telemetry;

/// <summary>Records one request and its attempts: activities and metrics.</summary>
internal sealed class RouteTelemetry : IDisposable
{
    private readonly ClusterMetrics _metrics;
    private readonly Action<RouteOutcome, TimeSpan?>? _ended;
    private readonly ModelRoute _route;
    private readonly string _models;
    private readonly Activity? _activity;
    private Activity? _attempt;
    private NodeChoice? _choice;
    private AttemptOutcome? _last;
    private TimeSpan? _regret;
    private bool _hasFailed;

    /// <summary>Starts the activity of a request, which ends with <see cref="Dispose"/>.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="route">The progress of the request.</param>
    /// <param name="models">The models, as a tag.</param>
    /// <param name="ended">Receives the outcome of the request and its regret, if it is known.</param>
    public RouteTelemetry(ClusterMetrics metrics, ModelRoute route, string models, Action<RouteOutcome, TimeSpan?>? ended = null)
    {
        (_metrics, _route, _models, _ended) = (metrics, route, models, ended);
        _activity = SharedModelsActivities.Start("route", _models, device: null);
        Loads = metrics.CountsLoads ? [] : null;
    }

    /// <summary>Receives the loads that the next attempt causes, or <see langword="null"/> if nobody listens.</summary>
    public List<(string Model, LoadReason Reason)>? Loads { get; }

    /// <summary>
    /// Starts the activity of an attempt, which becomes the current one. Returns the activity that the node's activities descend from.
    /// </summary>
    public Activity? Begin(NodeChoice choice)
    {
        _choice = choice;
        _attempt = SharedModelsActivities.Start("attempt", _models, device: null, kind: ActivityKind.Client);
        _attempt?.SetTag(TelemetryTags.Node, choice.Node);
        if (choice.Kind != NodeChoiceKind.Unknown)
            _attempt?.SetTag(TelemetryTags.WaitExpected, choice.ExpectedWait.TotalSeconds);
        return _attempt ?? Activity.Current;
    }

    /// <summary>Ends an attempt.</summary>
    /// <param name="outcome">The end of the attempt.</param>
    /// <param name="waited">The time that the request waited for leases, if the node has measured it.</param>
    public void End(AttemptOutcome outcome, TimeSpan? waited = null)
    {
        var choice = _choice!.Value;
        _hasFailed |= outcome is AttemptOutcome.Unavailable or AttemptOutcome.Unreachable or AttemptOutcome.Lost;
        _last = outcome;
        _metrics.Attempted(choice.Node, _models, outcome);
        foreach (var (model, reason) in outcome == AttemptOutcome.Served ? Loads ?? [] : [])
            _metrics.Loading(model, reason);
        Loads?.Clear();
        if (outcome == AttemptOutcome.Served && waited is { } actual)
        {
            _attempt?.SetTag(TelemetryTags.WaitActual, actual.TotalSeconds);
            if (choice.Kind != NodeChoiceKind.Unknown)
            {
                _regret = actual - choice.ExpectedWait;
                _metrics.Waited(choice.Node, _models, choice.ExpectedWait, actual);
            }
        }

        if (_attempt is not null)
        {
            _attempt.SetTag(TelemetryTags.Outcome, OutcomeNames.Of(outcome));
            if (outcome is AttemptOutcome.Unreachable or AttemptOutcome.Lost or AttemptOutcome.Failed)
                _attempt.SetStatus(ActivityStatusCode.Error);
            _attempt.End();
            _attempt = null;
        }
    }

    /// <summary>Ends the request.</summary>
    public void Dispose()
    {
        var outcome = Outcome();
        var node = _choice?.Node ?? OutcomeNames.NoNode;
        _ended?.Invoke(outcome, _regret);
        _metrics.Routed(node, _models, outcome);
        if (_activity is null)
            return;
        _activity.SetTag(TelemetryTags.Node, node);
        _activity.SetTag(TelemetryTags.Outcome, OutcomeNames.Of(outcome));
        _activity.SetTag(TelemetryTags.Attempts, _route.Attempts);
        if (outcome is RouteOutcome.Rejected or RouteOutcome.Lost or RouteOutcome.Failed)
            _activity.SetStatus(ActivityStatusCode.Error);
        _activity.End();
    }

    private RouteOutcome Outcome() => _last switch
    {
        AttemptOutcome.Canceled => RouteOutcome.Canceled,
        AttemptOutcome.Failed => RouteOutcome.Failed,
        AttemptOutcome.Served when _hasFailed => RouteOutcome.Retried,
        AttemptOutcome.Served when _route.Bounces > 0 => RouteOutcome.Bounced,
        AttemptOutcome.Served => _choice!.Value.Kind switch
        {
            NodeChoiceKind.Warm => RouteOutcome.Warm,
            NodeChoiceKind.Cold => RouteOutcome.Cold,
            _ => RouteOutcome.Unknown,
        },
        _ => _route.BrokenAttempts > 0 ? RouteOutcome.Lost : RouteOutcome.Rejected,
    };
}

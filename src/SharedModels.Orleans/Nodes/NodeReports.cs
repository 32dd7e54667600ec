using SharedModels.Clustering;
using SharedModels.Routing;

namespace SharedModels.Orleans.Nodes;

/// <summary>
/// The reports of this node: after changes, at most 20 times per second, and at least once per second. All callers get the same ones.
/// </summary>
internal sealed class NodeReports : IDisposable
{
    private const int Kept = 64;

    private readonly Lock _lock = new();
    private readonly Queue<NodeReport> _last = new();
    private readonly ISharedModelManager _manager;
    private readonly NodeCallers _callers;
    private readonly TimeProvider _time;
    private readonly NodeReportSource _source;
    private TaskCompletionSource<NodeReport> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NodeReport? _newest;

    public NodeReports(ISharedModelManager manager, NodeCallers callers, string node, TimeProvider time)
    {
        (_manager, _callers, _time) = (manager, callers, time);
        _source = new(manager, time, Draining.Token, node);
    }

    /// <summary>The source to cancel when the drain begins.</summary>
    public CancellationTokenSource Draining { get; } = new();

    /// <summary>Makes reports until the silo stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        Publish();

        // The beginning of the drain is reported immediately.
        foreach (var phase in (CancellationToken[])[Draining.Token, stopping])
        {
            var batches = new ChangeBatches(
                token => _manager.WatchAsync(null, token), _time, NodeReportSource.Silence, NodeReportSource.Pause, phase, stopping);
            await using var end = batches.ConfigureAwait(false);
            bool isOver;
            do
            {
                isOver = await batches.ReadAsync().ConfigureAwait(false) is null;
                Publish();
                _callers.Expire();
            }
            while (!isOver);
        }
    }

    /// <summary>Creates a report of the devices only.</summary>
    public NodeReport CreateLoadReport() => _source.CreateLoadReport();

    /// <summary>Waits for a report that is newer than the last one of a caller, and returns what has changed since then.</summary>
    public async Task<NodeReport> ReadAsync(long instance, long number, CancellationToken cancellationToken)
    {
        var next = NextAfter(instance, number);
        var report = await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            var earlier = instance == _source.Instance ? _last.FirstOrDefault(earlier => earlier.Number == number) : null;
            return earlier is null ? report : ReportFactory.Changes(report, earlier);
        }
    }

    public void Dispose() => Draining.Dispose();

    private Task<NodeReport> NextAfter(long instance, long number)
    {
        // A new caller gets the present state.
        if (instance != _source.Instance)
            return Task.FromResult(Publish());
        lock (_lock)
            return _newest is { } newest && newest.Number > number ? Task.FromResult(newest) : _next.Task;
    }

    private NodeReport Publish()
    {
        TaskCompletionSource<NodeReport> waiting;
        var report = _source.Create();
        lock (_lock)
        {
            if (_newest is { } newest && newest.Number > report.Number)
                return newest;
            _newest = report;
            _last.Enqueue(report);
            if (_last.Count > Kept)
                _last.Dequeue();
            waiting = _next;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult(report);
        return report;
    }
}

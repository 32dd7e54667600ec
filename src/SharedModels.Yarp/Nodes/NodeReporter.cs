using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SharedModels.Clustering;
using SharedModels.Routing;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Nodes;

/// <summary>Reports the state of this node to gateways: after changes, at most 20 times per second, and at least once per second.</summary>
internal sealed class NodeReporter(
    ISharedModelManager manager, EndpointModels endpoints, TimeProvider time, CancellationToken draining, CancellationToken stopping)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly long _instance = time.GetUtcNow().UtcTicks;
    private long _reports;

    /// <summary>Indicates whether the application is about to stop. Its gateways send no further requests.</summary>
    public bool IsDraining => draining.IsCancellationRequested;

    /// <summary>Creates a report of the devices only.</summary>
    public NodeReport CreateLoadReport() => Create() with { IsComplete = false, Serves = [], Models = [] };

    /// <summary>Returns the events for a gateway, until the application stops: a complete report, and then changes.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = Create();
        yield return Event(new(last, endpoints.Describe()));

        // The beginning of the drain is reported immediately.
        foreach (var phase in (CancellationToken[])[draining, stopping])
        {
            var batches = new ChangeBatches(token => manager.WatchAsync(null, token), time, Silence, Pause, phase, cancellationToken);
            await using var end = batches.ConfigureAwait(false);
            bool isOver;
            do
            {
                isOver = await batches.ReadAsync().ConfigureAwait(false) is null;
                if (cancellationToken.IsCancellationRequested)
                    yield break;
                var report = Create();
                yield return Event(new(ReportFactory.Changes(report, last)));
                last = report;
            }
            while (!isOver);
        }
    }

    private static SseItem<string> Event(NodeMessage message) => new(JsonSerializer.Serialize(message, NodeJson.Default.NodeMessage));

    private NodeReport Create() =>
        ReportFactory.Create(manager.GetSnapshot(), IsRejected, _instance, Interlocked.Increment(ref _reports), IsDraining);

    private bool IsRejected(string model)
    {
        try
        {
            return manager.Estimate([model]).WouldBeRejected;
        }
        catch (UnknownModelException)
        {
            return true;
        }
    }
}

using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SharedModels.Clustering;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Nodes;

/// <summary>Reports the state of this node to gateways: after changes, at most 20 times per second, and at least once per second.</summary>
internal sealed class NodeReporter(
    ISharedModelManager manager, EndpointModels endpoints, TimeProvider time, CancellationToken draining, CancellationToken drained)
{
    public NodeReportSource Source { get; } = new(manager, time, draining);

    /// <summary>Indicates whether the node has drained, so that it does not report any more.</summary>
    public bool IsOver => drained.IsCancellationRequested;

    /// <summary>Returns the events for a gateway, until the node has drained: a complete report, and then changes.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = Source.Create();
        yield return Event(new(last, endpoints.Describe()));

        // The beginning of the drain is reported immediately.
        foreach (var phase in (CancellationToken[])[draining, drained])
        {
            var batches = new ChangeBatches(
                token => manager.WatchAsync(null, token), time, NodeReportSource.Silence, NodeReportSource.Pause, phase, cancellationToken);
            await using var end = batches.ConfigureAwait(false);
            bool isOver;
            do
            {
                isOver = await batches.ReadAsync().ConfigureAwait(false) is null;
                if (cancellationToken.IsCancellationRequested)
                    yield break;
                var report = Source.Create();
                yield return Event(new(ReportFactory.Changes(report, last)));
                last = report;
            }
            while (!isOver);
        }
    }

    private static SseItem<string> Event(NodeMessage message) => new(JsonSerializer.Serialize(message, NodeJson.Default.NodeMessage));
}

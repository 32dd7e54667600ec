using SharedModels.Routing;

namespace SharedModels.Clustering;

/// <summary>Creates the reports of this node. It is thread-safe.</summary>
/// <param name="manager">The manager of the node's models.</param>
/// <param name="time">The clock.</param>
/// <param name="draining">A token that is canceled when the application is about to stop.</param>
/// <param name="node">The id of the node, or an empty string if routers know it by its address.</param>
internal sealed class NodeReportSource(ISharedModelManager manager, TimeProvider time, CancellationToken draining, string node = "")
{
    /// <summary>The longest time without a report.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time between reports.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private long _number;

    /// <summary>The number of the application's start.</summary>
    public long Instance { get; } = time.GetUtcNow().UtcTicks;

    /// <summary>Indicates whether the application is about to stop. Routers send no further requests.</summary>
    public bool IsDraining => draining.IsCancellationRequested;

    /// <summary>Creates a complete report.</summary>
    public NodeReport Create() =>
        ReportFactory.Create(manager.GetSnapshot(), Estimate, Instance, Interlocked.Increment(ref _number), IsDraining)
            with { Node = node };

    /// <summary>Creates a report of the devices only.</summary>
    public NodeReport CreateLoadReport() => Create() with { IsComplete = false, Serves = [], Models = [] };

    private ModelWaitEstimate Estimate(string model)
    {
        try
        {
            return manager.Estimate([model]);
        }
        catch (UnknownModelException)
        {
            return new() { WouldBeRejected = true };
        }
    }
}

using Orleans;

namespace SharedModels.Orleans.Messages;

/// <summary>A node. Its key is the address of its silo.</summary>
[Alias("SharedModels.IModelNodeGrain")]
internal interface IModelNodeGrain : IGrainWithStringKey
{
    // A call takes as long as its model. Callers end it if the node stops to report.
    [Alias("Invoke")]
    [ResponseTimeout(Limits.Call)]
    Task<ModelReply> InvokeAsync(ModelCall call, CancellationToken cancellationToken);

    /// <summary>Returns a rejection or an empty reply, and then the items.</summary>
    [Alias("Stream")]
    IAsyncEnumerable<ModelReply> StreamAsync(ModelCall call, CancellationToken cancellationToken);

    /// <summary>Waits for a report that is newer than the last one of the caller. A node reports at least once per second.</summary>
    /// <param name="caller">The caller. Its calls end some time after its last request for a report.</param>
    /// <param name="instance">The instance of the last report.</param>
    /// <param name="number">The number of the last report, or 0 for a complete report.</param>
    /// <param name="cancellationToken">A token to stop waiting.</param>
    [Alias("Report")]
    [ResponseTimeout(Limits.Report)]
    Task<byte[]> ReportAsync(Guid caller, long instance, long number, CancellationToken cancellationToken);
}

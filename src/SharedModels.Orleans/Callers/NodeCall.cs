namespace SharedModels.Orleans.Callers;

/// <summary>A call that has been sent to a node. Dispose it when it has ended.</summary>
internal sealed class NodeCall(CalledNode node, long period) : IDisposable
{
    // A source without a timer or a link holds nothing that must be disposed, and a loss can cancel it while the call ends.
    private readonly CancellationTokenSource _lost = new();

    public CalledNode Node => node;

    /// <summary>The number of times that the reports of the node had been late when the call was sent.</summary>
    public long Period => period;

    /// <summary>A token that is canceled when the node is lost, so that the call does not wait for a node that hangs.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Ends the call on another thread.</summary>
    public void Lose() => _ = _lost.CancelAsync();

    public void Dispose() => node.End(this);
}

using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Callers;

/// <summary>A node as a caller knows it: its grain, and a token that ends with its reports.</summary>
internal sealed class CalledNode(string id, IModelNodeGrain grain) : IDisposable
{
    private CancellationTokenSource _connection = new();

    public string Id => id;

    public IModelNodeGrain Grain => grain;

    /// <summary>A token that is canceled when the node stops to report, so that calls do not wait for a node that hangs.</summary>
    public CancellationToken Connection => Volatile.Read(ref _connection).Token;

    /// <summary>The source to cancel when the silo is no longer a member.</summary>
    public CancellationTokenSource Removed { get; } = new();

    /// <summary>Ends the calls that wait for the node.</summary>
    public void Disconnect() => _ = Interlocked.Exchange(ref _connection, new()).CancelAsync();

    /// <summary>
    /// Returns the source of the calls that have been sent until now. Later calls get another one, whose cancellation also ends the earlier
    /// ones.
    /// </summary>
    public CancellationTokenSource Suspect()
    {
        var next = new CancellationTokenSource();
        var suspect = Interlocked.Exchange(ref _connection, next);
        next.Token.UnsafeRegister(static suspect => ((CancellationTokenSource)suspect!).Cancel(), suspect);
        return suspect;
    }

    public void Dispose()
    {
        _connection.Dispose();
        Removed.Dispose();
    }
}

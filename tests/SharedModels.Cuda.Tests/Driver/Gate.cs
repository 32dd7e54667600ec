using SharedModels.Tests.Bounded;

namespace SharedModels.Cuda.Tests.Driver;

/// <summary>Blocks calls while it is closed.</summary>
internal sealed class Gate : IDisposable
{
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private int _waiting;
    private int _calls;

    /// <summary>The number of calls that are blocked now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The number of calls that have arrived so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public void Close() => _open.Reset();

    public void Open() => _open.Set();

    public void Pass()
    {
        Interlocked.Increment(ref _calls);
        if (_open.IsSet)
            return;
        Interlocked.Increment(ref _waiting);
        _open.Wait(TestBound.Wait);
        Interlocked.Decrement(ref _waiting);
    }

    // Threads may still wait here.
    public void Dispose() => Open();
}

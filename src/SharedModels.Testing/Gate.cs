namespace SharedModels.Testing;

/// <summary>A point at which a model stops until the test lets it continue. A gate is open until it is closed.</summary>
/// <remarks>All members are thread-safe.</remarks>
public sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _arrived = New();
    private TaskCompletionSource _opened = Opened();
    private Exception? _failure;

    /// <summary>A task that completes when a caller has arrived since the gate was last closed.</summary>
    public Task Arrived
    {
        get
        {
            lock (_lock)
                return _arrived.Task;
        }
    }

    /// <summary>Closes the gate: later callers wait.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _arrived = New();

            // Callers that already wait at a closed gate continue with the later ones.
            if (_opened.Task.IsCompleted)
                _opened = New();
        }
    }

    /// <summary>Opens the gate: waiting and later callers pass.</summary>
    public void Open()
    {
        lock (_lock)
            _opened.TrySetResult();
    }

    /// <summary>Makes later callers fail until this is called with <see langword="null"/>.</summary>
    /// <param name="failure">The exception to throw, or <see langword="null"/>.</param>
    public void FailWith(Exception? failure)
    {
        lock (_lock)
            _failure = failure;
    }

    /// <summary>Passes the gate, waiting until it is open.</summary>
    /// <param name="cancellationToken">A token to stop waiting. Pass none to simulate code that ignores its token.</param>
    public async Task PassAsync(CancellationToken cancellationToken = default)
    {
        Task opened;
        lock (_lock)
        {
            _arrived.TrySetResult();
            opened = _opened.Task;
        }

        await opened.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (_failure is not null)
                throw _failure;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Opened()
    {
        var opened = New();
        opened.SetResult();
        return opened;
    }
}

namespace SharedModels.Testing;

/// <summary>A point at which a model stops until the test lets it go on; open unless closed.</summary>
/// <remarks>All members are safe for use by many threads.</remarks>
public sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _arrived = New();
    private TaskCompletionSource _opened = Opened();
    private Exception? _failure;

    /// <summary>Ends when somebody has arrived since the gate was last closed.</summary>
    public Task Arrived
    {
        get
        {
            lock (_lock)
                return _arrived.Task;
        }
    }

    /// <summary>Lets the next ones wait.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _arrived = New();

            // Those who wait at a gate that is closed already go on with the others.
            if (_opened.Task.IsCompleted)
                _opened = New();
        }
    }

    /// <summary>Lets those who wait, and the next ones, pass.</summary>
    public void Open()
    {
        lock (_lock)
            _opened.TrySetResult();
    }

    /// <summary>Lets the next ones fail until <paramref name="failure"/> is <see langword="null"/> again.</summary>
    /// <param name="failure">What they throw.</param>
    public void FailWith(Exception? failure)
    {
        lock (_lock)
            _failure = failure;
    }

    /// <summary>Passes the gate, once it is open.</summary>
    /// <param name="cancellationToken">Ends the wait; hand none over to act like code that ignores its token.</param>
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

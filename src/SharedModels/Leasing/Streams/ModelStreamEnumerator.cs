namespace SharedModels.Leasing.Streams;

/// <summary>
/// The consumer's side of a stream. The running code does not refer to it, so that a consumer that drops it without disposing it ends the
/// stream when it is garbage-collected.
/// </summary>
internal sealed class ModelStreamEnumerator<TItem>(ModelStream<TItem> stream, CancellationToken cancellationToken) : IAsyncEnumerator<TItem>
{
    private StreamRun<TItem>? _run;
    private bool _isDisposed;

#pragma warning disable MA0055 // The finalizer is intended: it ends streams whose consumer has gone.
    ~ModelStreamEnumerator()
#pragma warning restore MA0055
    {
        // Stopping runs callbacks of the code, which must not block the finalizer thread.
        if (_run is { } run && !Environment.HasShutdownStarted)
            ThreadPool.UnsafeQueueUserWorkItem(static run => run.Abandon(), run, preferLocal: false);
    }

    public TItem Current => _run is { } run ? run.Current : default!;

    public ValueTask<bool> MoveNextAsync() =>
        _isDisposed ? new(false) : (_run ??= stream.Start(cancellationToken)).MoveNextAsync(this);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _isDisposed = true;
        return _run is { } run ? new(run.StopAsync()) : ValueTask.CompletedTask;
    }
}

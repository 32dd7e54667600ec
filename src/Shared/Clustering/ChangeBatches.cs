namespace SharedModels.Clustering;

/// <summary>
/// Reads changes in batches. Changes that are already available are returned together, with a pause between batches. This class is not
/// thread-safe.
/// </summary>
internal sealed class ChangeBatches : IAsyncDisposable
{
    private const int MaxCount = 512;

    private readonly IAsyncEnumerator<SharedModelsChange> _changes;
    private readonly CancellationTokenSource _end;
    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;
    private readonly TimeSpan _pause;
    private Task<bool>? _next;

    /// <summary>Watches for changes until one of the tokens is canceled.</summary>
    public ChangeBatches(
        Func<CancellationToken, IAsyncEnumerable<SharedModelsChange>> watch,
        TimeProvider time,
        TimeSpan silence,
        TimeSpan pause,
        CancellationToken stopping = default,
        CancellationToken cancellationToken = default)
    {
        (_time, _silence, _pause) = (time, silence, pause);
        _end = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        _changes = watch(_end.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>
    /// Returns the next changes. The list is empty if nothing changes for a while, and <see langword="null"/> if a token has been canceled.
    /// </summary>
    public async Task<List<SharedModelsChange>?> ReadAsync()
    {
        var batch = new List<SharedModelsChange>();
        try
        {
            if (_next is not null)
                await Task.Delay(_pause, _time, _end.Token).ConfigureAwait(false);
            _next ??= _changes.MoveNextAsync().AsTask();
            await _next.WaitAsync(_silence, _time, _end.Token).ConfigureAwait(false);
            while (_next is { IsCompletedSuccessfully: true } && batch.Count < MaxCount)
            {
                batch.Add(_changes.Current);
                _next = _changes.MoveNextAsync().AsTask();
            }

            return batch;
        }
        catch (TimeoutException)
        {
            return batch;
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // An enumerator must not be disposed while it waits, and it waits until something changes or its token is canceled.
        await _end.CancelAsync().ConfigureAwait(false);
        if (_next is not null)
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _changes.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }
}

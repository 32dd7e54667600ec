namespace SharedModels.AspNetCore.Status;

/// <summary>
/// Reads changes in lists: what is there already comes at once, and between lists there is a pause. Not safe for use by many threads.
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

    /// <summary>Begins to watch, until one of the tokens fires.</summary>
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

    /// <summary>The next changes; none after a time of silence, and <see langword="null"/> when a token has fired.</summary>
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
        // An enumeration that waits may not be disposed, and it waits until something changes unless its token fires.
        await _end.CancelAsync().ConfigureAwait(false);
        if (_next is not null)
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _changes.DisposeAsync().ConfigureAwait(false);
        _end.Dispose();
    }
}

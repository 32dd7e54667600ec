namespace SharedModels.AspNetCore.Status;

/// <summary>Reads changes in lists: what is there already comes at once, and between lists there is a pause. Not safe for use by many threads.</summary>
internal sealed class ChangeBatches(IAsyncEnumerable<SharedModelsChange> changes, TimeProvider time, TimeSpan silence, TimeSpan pause) : IAsyncDisposable
{
    private const int MaxCount = 512;

    private readonly IAsyncEnumerator<SharedModelsChange> _changes = changes.GetAsyncEnumerator();
    private Task<bool>? _next;
    private bool _isFirst = true;

    /// <summary>The next changes; none after a time of silence, and <see langword="null"/> when the token has fired.</summary>
    public async Task<List<SharedModelsChange>?> ReadAsync(CancellationToken cancellationToken)
    {
        var batch = new List<SharedModelsChange>();
        try
        {
            if (!_isFirst)
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            _isFirst = false;
            _next ??= _changes.MoveNextAsync().AsTask();
            await _next.WaitAsync(silence, time, cancellationToken).ConfigureAwait(false);
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
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The enumeration ends with its token; until then it may not be disposed.
        if (_next is not null)
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _changes.DisposeAsync().ConfigureAwait(false);
    }
}

using System.Runtime.CompilerServices;

namespace SharedModels.Coordination;

/// <summary>
/// The last changes, for those who watch. Writers wait for nobody: a watcher that is too slow finds that changes were overwritten, and gets
/// a note of that. Nothing is kept before somebody watches, nor long after the last watcher has left.
/// </summary>
internal sealed class ChangeJournal(TimeProvider time)
{
    /// <summary>How many changes are kept.</summary>
    public const int Capacity = 8192;

    private const int BatchSize = 256;

    // A watcher that lost its connection goes on where it was within this time, and a new one sees the past.
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private volatile SharedModelsChange[]? _kept;
    private TaskCompletionSource? _news;
    private DateTimeOffset _unwatchedSince;
    private int _watchers;
    private long _first = 1;
    private long _last;

    /// <summary>Whether there is any sense in adding changes.</summary>
    public bool IsWatched => _kept is not null;

    /// <summary>The number of the last change; 0 if there was none.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Adds a change; its number is set here.</summary>
    public void Add(SharedModelsChange change)
    {
        if (_kept is null)
            return;
        TaskCompletionSource? news;
        lock (_gate)
        {
            if (_kept is not { } kept)
                return;
            if (_watchers == 0 && change.Time - _unwatchedSince > Retention)
            {
                // A number that nobody has seen: who comes back finds that something is missing.
                _kept = null;
                _last++;
                return;
            }

            var number = _last + 1;
            kept[number % Capacity] = change with { Number = number };
            Volatile.Write(ref _last, number);
            news = _news;
            _news = null;
        }

        news?.TrySetResult();
    }

    /// <summary>Hands out the changes after the given one, then those to come; without one, those to come from this call on.</summary>
    public IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after, CancellationToken cancellationToken)
    {
        if (after < 0)
            throw new ArgumentOutOfRangeException(nameof(after), after, "The number of a change is 0 or more.");
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_kept is null)
            {
                _kept = new SharedModelsChange[Capacity];
                _first = _last + 1;
            }

            // The enumeration may begin later, or never: until then the retention is what keeps the changes.
            _unwatchedSince = now;
            return WatchCoreAsync(Math.Min(after ?? long.MaxValue, _last), cancellationToken);
        }
    }

    private async IAsyncEnumerable<SharedModelsChange> WatchCoreAsync(
        long seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<SharedModelsChange>();
        Begin();
        try
        {
            while (true)
            {
                await Read(ref seen, batch).WaitAsync(cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var change in batch)
                    yield return change;
            }
        }
        finally
        {
            End();
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (_kept is null)
            {
                _kept = new SharedModelsChange[Capacity];
                _first = _last + 1;
            }

            _watchers++;
        }
    }

    private void End()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            _watchers--;
            _unwatchedSince = now;
        }
    }

    /// <summary>Copies what came after <paramref name="seen"/>; if nothing did, the task ends when something does.</summary>
    private Task Read(ref long seen, List<SharedModelsChange> batch)
    {
        batch.Clear();
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (seen == _last)
                return (_news ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            var first = Math.Max(Math.Max(seen + 1, _first), _last - Capacity + 1);
            if (first > seen + 1)
                batch.Add(new() { Number = first - 1, Kind = SharedModelsChangeKind.Missed, Time = now });
            seen = Math.Min(_last, first + BatchSize - 1);
            for (var number = first; number <= seen; number++)
                batch.Add(_kept![number % Capacity]);
            return Task.CompletedTask;
        }
    }
}

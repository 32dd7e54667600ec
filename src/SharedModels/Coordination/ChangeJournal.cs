using System.Runtime.CompilerServices;

namespace SharedModels.Coordination;

/// <summary>
/// Keeps the last changes for watchers. Writers never wait: a watcher that is too slow is notified that changes were overwritten. Nothing
/// is kept before the first watcher starts, or long after the last one stops.
/// </summary>
internal sealed class ChangeJournal(SchedulerClock clock)
{
    /// <summary>The maximum number of changes that are kept.</summary>
    public const int Capacity = 8192;

    private const int BatchSize = 256;

    // Within this time, a watcher that lost its connection can continue where it was, and a new one can see past changes.
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private volatile SharedModelsChange[]? _kept;
    private TaskCompletionSource? _news;
    private DateTimeOffset _unwatchedSince;
    private int _watchers;
    private long _first = 1;
    private long _last;

    /// <summary>Indicates whether changes are kept. Otherwise there is no need to add them.</summary>
    public bool IsWatched => _kept is not null;

    /// <summary>The number of the last change, or 0 if there was none.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Adds a change and assigns its number.</summary>
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
                // Skip a number, so that a returning watcher notices that changes are missing.
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

    /// <summary>
    /// Returns the changes after the given one and then all future changes. Without a number, returns the changes from this call on.
    /// </summary>
    public IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after, CancellationToken cancellationToken)
    {
        if (after < 0)
            throw new ArgumentOutOfRangeException(nameof(after), after, "The number of a change must be 0 or more.");
        var now = clock.ToUtc(clock.Now);
        lock (_gate)
        {
            if (_kept is null)
            {
                _kept = new SharedModelsChange[Capacity];
                _first = _last + 1;
            }

            // The enumeration can begin later, or never. Until then, only the retention time keeps the changes.
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
        var now = clock.ToUtc(clock.Now);
        lock (_gate)
        {
            _watchers--;
            _unwatchedSince = now;
        }
    }

    /// <summary>
    /// Copies the changes after <paramref name="seen"/>. If there are none, the task completes when the next one is added.
    /// </summary>
    private Task Read(ref long seen, List<SharedModelsChange> batch)
    {
        batch.Clear();
        var now = clock.ToUtc(clock.Now);
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

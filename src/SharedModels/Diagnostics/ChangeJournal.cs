using System.Runtime.CompilerServices;

namespace SharedModels.Diagnostics;

/// <summary>
/// The last changes, for those who watch. Writers wait for nobody: a watcher that is too slow finds that changes were overwritten, and is told so.
/// Nothing is kept before somebody watches.
/// </summary>
internal sealed class ChangeJournal(TimeProvider time)
{
    /// <summary>How many changes are kept.</summary>
    public const int Capacity = 8192;

    private const int BatchSize = 256;

    private readonly Lock _gate = new();
    private volatile SharedModelsChange[]? _kept;
    private TaskCompletionSource? _news;
    private long _last;

    /// <summary>Whether there is any sense in adding changes.</summary>
    public bool IsWatched => _kept is not null;

    /// <summary>The number of the last change; 0 if there was none.</summary>
    public long Last => Volatile.Read(ref _last);

    public void Add(SharedModelsChangeKind kind, string? modelId, Device? device, ModelResidency? residency, long lease, TimeSpan duration, string? detail)
    {
        if (_kept is not { } kept)
            return;
        TaskCompletionSource? news;
        lock (_gate)
        {
            var number = _last + 1;
            kept[number % Capacity] = new()
            {
                Number = number,
                Kind = kind,
                Time = time.GetUtcNow(),
                ModelId = modelId,
                Device = device,
                Residency = residency,
                LeaseNumber = lease,
                Duration = duration,
                Detail = detail,
            };
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
        lock (_gate)
            _kept ??= new SharedModelsChange[Capacity];
        return WatchCoreAsync(Math.Min(after ?? long.MaxValue, Last), cancellationToken);
    }

    private async IAsyncEnumerable<SharedModelsChange> WatchCoreAsync(long seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<SharedModelsChange>();
        while (true)
        {
            await Read(ref seen, batch).WaitAsync(cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var change in batch)
                yield return change;
        }
    }

    /// <summary>Copies what came after <paramref name="seen"/>; if nothing did, the task ends when something does.</summary>
    private Task Read(ref long seen, List<SharedModelsChange> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            if (seen == _last)
                return (_news ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            var first = Math.Max(seen + 1, _last - Capacity + 1);
            if (first > seen + 1)
                batch.Add(new() { Number = first - 1, Kind = SharedModelsChangeKind.Missed, Time = time.GetUtcNow() });
            seen = Math.Min(_last, first + BatchSize - 1);
            for (var number = first; number <= seen; number++)
                batch.Add(_kept![number % Capacity]);
            return Task.CompletedTask;
        }
    }
}

using System.Collections.Concurrent;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>A time in which short pauses are over at once, and those of a minute or more never, unless a test wants it.</summary>
internal sealed class QuickTime : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(31);

    private readonly ConcurrentQueue<TimeSpan> _pauses = [];
    private long _ticks;

    /// <summary>The pauses that were asked for.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    /// <summary>Whether the patience with a server ends, too.</summary>
    public bool IsImpatient { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > Short && !IsImpatient)
            return new NoTimer();
        if (dueTime <= Short)
            _pauses.Enqueue(dueTime);
        return System.CreateTimer(callback, state, dueTime > Short ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromMilliseconds(1), period);
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}

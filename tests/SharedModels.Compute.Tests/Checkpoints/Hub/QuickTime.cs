using System.Collections.Concurrent;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>A clock whose short delays end almost immediately. Delays of a minute or more never end, unless a test requests it.</summary>
internal sealed class QuickTime : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(31);

    private readonly ConcurrentQueue<TimeSpan> _pauses = [];
    private long _ticks;

    /// <summary>The requested delays.</summary>
    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    /// <summary>True if long delays, such as the time limit of a connection, end as well.</summary>
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

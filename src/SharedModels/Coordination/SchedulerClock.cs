namespace SharedModels.Coordination;

/// <summary>The scheduler's clock, which counts ticks since the manager was constructed.</summary>
internal sealed class SchedulerClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly DateTimeOffset _startTime = time.GetUtcNow();
    private readonly bool _isSystem = time == TimeProvider.System;
    private long _offset;
    private long _lastTickCount = long.MinValue / 2;

    public TimeProvider Time { get; } = time;

    public long Now
    {
        get
        {
            var now = Time.GetElapsedTime(_start).Ticks;
            if (_isSystem)
            {
                var tickCount = Environment.TickCount64;
                Volatile.Write(ref _offset, now - tickCount * TimeSpan.TicksPerMillisecond);
                Volatile.Write(ref _lastTickCount, tickCount);
            }

            return now;
        }
    }

    /// <summary>
    /// The time, up to some milliseconds late, at a fifth of the cost. It uses <see cref="Environment.TickCount64"/> for at most one second
    /// after the last exact reading, because the two clocks can drift apart after the machine has slept.
    /// </summary>
    public long CoarseNow
    {
        get
        {
            if (!_isSystem)
                return Now;
            var tickCount = Environment.TickCount64;
            var isFresh = tickCount - Volatile.Read(ref _lastTickCount) is >= 0 and < 1000;
            return isFresh ? Volatile.Read(ref _offset) + tickCount * TimeSpan.TicksPerMillisecond : Now;
        }
    }

    public DateTimeOffset ToUtc(long now) => _startTime.AddTicks(now);
}

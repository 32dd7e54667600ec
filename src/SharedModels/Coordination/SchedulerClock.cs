namespace SharedModels.Coordination;

/// <summary>The scheduler's time: ticks since the manager was constructed.</summary>
internal sealed class SchedulerClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly DateTimeOffset _startTime = time.GetUtcNow();
    private readonly bool _isSystem = time == TimeProvider.System;
    private long _lastNow;
    private long _lastTickCount = Environment.TickCount64;

    public TimeProvider Time { get; } = time;

    public long Now
    {
        get
        {
            var now = Time.GetElapsedTime(_start).Ticks;
            if (_isSystem)
            {
                Volatile.Write(ref _lastTickCount, Environment.TickCount64);
                Volatile.Write(ref _lastNow, now);
            }

            return now;
        }
    }

    /// <summary>
    /// The time some milliseconds ago, for a fifth of the price. It goes by <see cref="Environment.TickCount64"/> for at most a second from the last exact
    /// reading, as the two clocks may differ after the machine has slept.
    /// </summary>
    public long CoarseNow
    {
        get
        {
            if (!_isSystem)
                return Now;
            var elapsed = Environment.TickCount64 - Volatile.Read(ref _lastTickCount);
            return elapsed is >= 0 and < 1000 ? Volatile.Read(ref _lastNow) + elapsed * TimeSpan.TicksPerMillisecond : Now;
        }
    }

    public DateTimeOffset ToUtc(long now) => _startTime.AddTicks(now);
}

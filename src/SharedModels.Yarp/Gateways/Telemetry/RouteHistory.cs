using SharedModels.Clustering.Telemetry;

namespace SharedModels.Yarp.Gateways.Telemetry;

/// <summary>The number of requests and their regret in each of the last two minutes' seconds. It is thread-safe.</summary>
internal sealed class RouteHistory(TimeProvider time)
{
    private const int Seconds = 120;

    private readonly Lock _lock = new();
    private readonly Second[] _seconds = new Second[Seconds];
    private readonly long _start = time.GetTimestamp();
    private long _current;
    private Second _total;

    public void Add(RouteOutcome outcome, TimeSpan? regret)
    {
        lock (_lock)
        {
            Advance();
            Count(ref _seconds[_current % Seconds], outcome, regret);
            Count(ref _total, outcome, regret);
        }
    }

    /// <summary>Returns the sum since the start, and the last two minutes, oldest second first. The last second has not ended.</summary>
    public (Second Total, IReadOnlyList<Second> Recent) Describe()
    {
        lock (_lock)
        {
            Advance();
            var first = (int)((_current + 1) % Seconds);
            return (_total, [.. _seconds.AsSpan(first), .. _seconds.AsSpan(0, first)]);
        }
    }

    /// <summary>Clears the seconds that have passed since the last call.</summary>
    private void Advance()
    {
        var now = (long)time.GetElapsedTime(_start).TotalSeconds;
        for (_current = Math.Max(_current, now - Seconds); _current < now;)
            _seconds[++_current % Seconds] = default;
    }

    private static void Count(ref Second second, RouteOutcome outcome, TimeSpan? regret)
    {
        second.Routes++;
        second.Rejected += outcome == RouteOutcome.Rejected ? 1 : 0;
        second.Lost += outcome == RouteOutcome.Lost ? 1 : 0;
        if (regret is not { } measured)
            return;
        second.Largest = second.Measured == 0 ? measured : TimeSpan.FromTicks(Math.Max(second.Largest.Ticks, measured.Ticks));
        second.Regret += measured;
        second.Measured++;
    }

    internal struct Second
    {
        /// <summary>The number of requests that have ended.</summary>
        public long Routes;

        /// <summary>The number of requests that no node has accepted.</summary>
        public long Rejected;

        /// <summary>The number of requests that were lost with their nodes.</summary>
        public long Lost;

        /// <summary>The number of requests with a known regret.</summary>
        public long Measured;

        /// <summary>The sum of their regrets.</summary>
        public TimeSpan Regret;

        /// <summary>Their largest regret.</summary>
        public TimeSpan Largest;
    }
}

using System.Collections.Concurrent;

namespace SharedModels.Benchmarks.Http;

/// <summary>The answers that clients received.</summary>
internal sealed class LoadResult
{
    private readonly ConcurrentBag<TimeSpan> _times = [];
    private readonly List<double> _memory = [];
    private int _rejected;
    private int _departures;
    private long _slowestUse;

    public ConcurrentBag<string> Errors { get; } = [];

    public int Answered => _times.Count;

    public int Rejected => _rejected;

    /// <summary>The number of connections that a client closed before it had its answer.</summary>
    public int Departures => _departures;

    /// <summary>The longest time, as reported by the sample, that an answer took in addition to its wait for the lease.</summary>
    public TimeSpan SlowestUse => new(_slowestUse);

    public void Add(TimeSpan time, TimeSpan use)
    {
        _times.Add(time);
        InterlockedMax(ref _slowestUse, use.Ticks);
    }

    public void AddRejection() => Interlocked.Increment(ref _rejected);

    public void AddDeparture() => Interlocked.Increment(ref _departures);

    public void AddMemory(double bytes) => _memory.Add(bytes);

    public TimeSpan Quantile(double share)
    {
        var sorted = _times.Order().ToArray();
        return sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }

    /// <summary>The median of the samples without the first third, during which the load starts.</summary>
    public double MedianMemory => Measure.Median([.. _memory.Skip(_memory.Count / 3)]);

    public double LargestMemory => _memory.Max();

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Interlocked.Read(ref target); value > seen; seen = Interlocked.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}

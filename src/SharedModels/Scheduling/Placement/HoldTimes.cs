namespace SharedModels.Scheduling.Placement;

/// <summary>
/// Measures how long holders keep their slots. Uses the median of the last holds, so that a cold first use or a single long one has little
/// effect.
/// </summary>
internal sealed class HoldTimes
{
    private const int Capacity = 15, FewSamples = 3;

    private readonly long[] _samples = new long[Capacity];
    private int _count;

    public void Add(long ticks) => _samples[_count++ % Capacity] = ticks;

    /// <summary>
    /// The typical hold in ticks, or 0 before the first hold. With fewer than three holds, the shortest, because first uses are slower than
    /// later ones.
    /// </summary>
    public long Typical
    {
        get
        {
            var count = Math.Min(_count, Capacity);
            if (count == 0)
                return 0;
            Span<long> sorted = stackalloc long[count];
            _samples.AsSpan(0, count).CopyTo(sorted);
            sorted.Sort();
            return count < FewSamples ? sorted[0] : sorted[count / 2];
        }
    }
}

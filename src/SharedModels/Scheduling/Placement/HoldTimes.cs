namespace SharedModels.Scheduling.Placement;

/// <summary>
/// How long holders keep their slots: the median of the last holds, so that a first, cold use or a single long one says little.
/// </summary>
internal sealed class HoldTimes
{
    private const int Capacity = 15, FewSamples = 3;

    private readonly long[] _samples = new long[Capacity];
    private int _count;

    public void Add(long ticks) => _samples[_count++ % Capacity] = ticks;

    /// <summary>
    /// The typical hold in ticks; 0 before the first. Of fewer than three, the shortest, as first uses are slower than later ones.
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

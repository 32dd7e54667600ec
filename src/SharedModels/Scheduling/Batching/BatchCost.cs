namespace SharedModels.Scheduling.Batching;

/// <summary>
/// Estimates the duration of a model's batches as a + b × n ticks for n inputs, from the measured ones.
/// </summary>
/// <remarks>
/// A least-squares line whose weights decay by 5 % with each batch. Clipper (Crankshaw et al., NSDI 2017) adapts the size additively and
/// Nexus (Shen et al., SOSP 2019) profiles the line in advance. Measuring the line while serving needs neither a search nor a profile, and
/// also predicts sizes that have not been tried. While all batches had one size, the duration counts as proportional to it, which never
/// promises too much for larger batches.
/// </remarks>
internal sealed class BatchCost
{
    private const double Decay = 0.95;

    private int _count;
    private double _weights;
    private double _sizes;
    private double _ticks;
    private double _sizesSquared;
    private double _sizesTicks;

    /// <summary>Adds a measured batch.</summary>
    public void Add(int size, long ticks)
    {
        // The first use of a model is slower than later ones.
        if (_count == 1)
            _weights = _sizes = _ticks = _sizesSquared = _sizesTicks = 0;
        _count++;
        _weights = _weights * Decay + 1;
        _sizes = _sizes * Decay + size;
        _ticks = _ticks * Decay + ticks;
        _sizesSquared = _sizesSquared * Decay + (double)size * size;
        _sizesTicks = _sizesTicks * Decay + (double)size * ticks;
    }

    /// <summary>Returns the expected duration of a batch in ticks, or 0 before the first batch.</summary>
    public double Expect(int size)
    {
        var (start, perInput) = Line();
        return start + perInput * size;
    }

    /// <summary>
    /// Returns the largest number of inputs that is expected to take at most the given time, and at least 1. Before the first batch,
    /// returns 1.
    /// </summary>
    public int LargestWithin(long ticks, int limit)
    {
        if (_count == 0)
            return 1;
        var (start, perInput) = Line();
        if (perInput <= 0)
            return start <= ticks ? limit : 1;
        return (int)Math.Clamp((ticks - start) / perInput, 1, limit);
    }

    private (double Start, double PerInput) Line()
    {
        if (_weights == 0)
            return default;
        var variance = _weights * _sizesSquared - _sizes * _sizes;

        // With sizes that hardly differ, the slope would be noise.
        if (variance < 1e-3 * _sizes * _sizes)
            return (0, _ticks / _sizes);
        var slope = Math.Max(0, (_weights * _sizesTicks - _sizes * _ticks) / variance);
        var start = (_ticks - slope * _sizes) / _weights;
        return start >= 0 ? (start, slope) : (0, _sizesTicks / _sizesSquared);
    }
}

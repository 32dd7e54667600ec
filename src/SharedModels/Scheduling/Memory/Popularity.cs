namespace SharedModels.Scheduling.Memory;

/// <summary>An exponentially decaying count of requests. A request counts half after each half-life.</summary>
internal sealed class Popularity
{
    private double _count;
    private long _countedAt;

    /// <summary>Adds a request, or another amount that counts less with time.</summary>
    public void Count(long now, long halfLife, double amount = 1)
    {
        // The decay within a hundredth of the half-life is too small to compute.
        if (now - _countedAt > halfLife / 100)
        {
            _count = At(now, halfLife);
            _countedAt = now;
        }

        _count += amount;
    }

    public double At(long now, long halfLife) => _count * Math.Pow(0.5, (now - _countedAt) / (double)halfLife);
}

namespace SharedModels.Scheduling;

/// <summary>An exponentially decaying count of requests: an old one counts half after each half-life.</summary>
internal sealed class Popularity
{
    private double _count;
    private long _countedAt;

    public void Count(long now, long halfLife)
    {
        _count = At(now, halfLife) + 1;
        _countedAt = now;
    }

    public double At(long now, long halfLife) => _count * Math.Pow(0.5, (now - _countedAt) / (double)halfLife);
}

namespace SharedModels.Testing.Simulation;

/// <summary>How a <see cref="Trace"/> is made.</summary>
public sealed record TraceOptions
{
    /// <summary>What the random numbers begin with.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many models there are.</summary>
    public int Models { get; init; } = 24;

    /// <summary>How many requests come.</summary>
    public int Requests { get; init; } = 20_000;

    /// <summary>The least size of a model; sizes are spread evenly over orders of magnitude.</summary>
    public long SmallestModelBytes { get; init; } = 100_000_000;

    /// <summary>The greatest size of a model.</summary>
    public long LargestModelBytes { get; init; } = 8_000_000_000;

    /// <summary>The popularity of the model of rank r is r to the power of minus this (Zipf's law).</summary>
    public double ZipfExponent { get; init; } = 0.9;

    /// <summary>The mean time between requests.</summary>
    public TimeSpan MeanInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The share of requests that come together with the one before them; the rest is a Poisson process.</summary>
    public double BurstShare { get; init; }

    /// <summary>The median of the log-normally distributed hold times.</summary>
    public TimeSpan MedianHold { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The standard deviation of the hold times' logarithm.</summary>
    public double HoldSpread { get; init; } = 0.7;
}

namespace SharedModels.Simulation;

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

    /// <summary>The share of loads into the host's memory that fail: a model's first, and those after a failure.</summary>
    /// <value>0 by default.</value>
    public double LoadFailureShare { get; init; }

    /// <summary>The share of moves to the device that fail, at their end.</summary>
    /// <value>0 by default.</value>
    public double MoveFailureShare { get; init; }

    /// <summary>The mean time between the device's return, or the start, and its next loss; losses are a Poisson process.</summary>
    /// <value>By default <see cref="Timeout.InfiniteTimeSpan"/>: it is never lost.</value>
    public TimeSpan MeanTimeBetweenLosses { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long the device stays lost; then it is there again, with nothing on it.</summary>
    /// <value>30 s by default.</value>
    public TimeSpan LossDuration { get; init; } = TimeSpan.FromSeconds(30);
}

namespace SharedModels.Simulation;

/// <summary>Options for creating a <see cref="Trace"/>.</summary>
public sealed record TraceOptions
{
    /// <summary>The seed of the random numbers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number of models.</summary>
    public int Models { get; init; } = 24;

    /// <summary>The number of requests.</summary>
    public int Requests { get; init; } = 20_000;

    /// <summary>The minimum size of a model. Sizes are distributed evenly over orders of magnitude.</summary>
    public long SmallestModelBytes { get; init; } = 100_000_000;

    /// <summary>The maximum size of a model.</summary>
    public long LargestModelBytes { get; init; } = 8_000_000_000;

    /// <summary>The exponent of Zipf's law. The popularity of the model of rank r is r to the power of minus this value.</summary>
    public double ZipfExponent { get; init; } = 0.9;

    /// <summary>The mean time between requests.</summary>
    public TimeSpan MeanInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The share of requests that arrive together with the previous request. The other requests are a Poisson process.</summary>
    public double BurstShare { get; init; }

    /// <summary>The median of the log-normally distributed hold times.</summary>
    public TimeSpan MedianHold { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The standard deviation of the hold times' logarithm.</summary>
    public double HoldSpread { get; init; } = 0.7;

    /// <summary>The share of loads into host memory that fail. A model is loaded on first use and after a failure.</summary>
    /// <value>The default is 0.</value>
    public double LoadFailureShare { get; init; }

    /// <summary>The share of moves to the device that fail, at the end of the move.</summary>
    /// <value>The default is 0.</value>
    public double MoveFailureShare { get; init; }

    /// <summary>The mean time between the start, or the device's return, and its next loss. Losses are a Poisson process.</summary>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>: the device is never lost.</value>
    public TimeSpan MeanTimeBetweenLosses { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The time that the device stays lost. It then returns, with nothing on it.</summary>
    /// <value>The default is 30 s.</value>
    public TimeSpan LossDuration { get; init; } = TimeSpan.FromSeconds(30);
}

namespace SharedModels.Simulation;

/// <summary>The input of a simulation: models of given sizes, and requests for them in the order of their arrival.</summary>
/// <param name="ModelBytes">The size of each model.</param>
/// <param name="Requests">The requests.</param>
public sealed record Trace(IReadOnlyList<long> ModelBytes, IReadOnlyList<SimulatedRequest> Requests)
{
    /// <summary>The faults during the trace.</summary>
    /// <value>The default is <see cref="TraceFaults.None"/>.</value>
    public TraceFaults Faults { get; init; } = TraceFaults.None;

    /// <summary>Creates a trace. The same options always create the same trace.</summary>
    /// <param name="options">The options of the trace.</param>
    public static Trace Create(TraceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new Random(options.Seed);
        var sizes = new long[options.Models];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = (long)(
                options.SmallestModelBytes * Math.Pow((double)options.LargestModelBytes / options.SmallestModelBytes, random.NextDouble()));

        // The popularity of a model does not depend on its size.
        var ranks = Enumerable.Range(0, options.Models).ToArray();
        random.Shuffle(ranks);
        var weights = ranks.Select(rank => 1 / Math.Pow(rank + 1, options.ZipfExponent)).ToArray();
        var total = weights.Sum();

        var requests = new SimulatedRequest[options.Requests];
        var now = 0.0;
        for (var i = 0; i < requests.Length; i++)
        {
            var isInBurst = options.BurstShare > 0 && random.NextDouble() < options.BurstShare;
            now += isInBurst ? 0 : -Math.Log(1 - random.NextDouble()) * options.MeanInterval.TotalSeconds / (1 - options.BurstShare);
            var hold = options.MedianHold.TotalSeconds * Math.Exp(options.HoldSpread * Normal(random));
            requests[i] = new(TimeSpan.FromSeconds(now), Choose(weights, random.NextDouble() * total), TimeSpan.FromSeconds(hold));
        }

        return new(sizes, requests) { Faults = new(options) };
    }

    private static int Choose(double[] weights, double point)
    {
        var index = 0;
        while (index < weights.Length - 1 && point >= weights[index])
            point -= weights[index++];
        return index;
    }

    /// <summary>
    /// Returns a normally distributed number (Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958).
    /// </summary>
    internal static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

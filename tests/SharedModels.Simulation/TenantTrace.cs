namespace SharedModels.Simulation;

/// <summary>Traces of ten tenants that share a device. One of them has many more requests than the others.</summary>
public static class TenantTrace
{
    /// <summary>The tenant with most of the requests.</summary>
    public const string Flood = "flood";

    /// <summary>The number of times that the flood has as many requests as another tenant.</summary>
    public const int FloodFactor = 100;

    private static readonly TimeSpan MedianHold = TimeSpan.FromMilliseconds(50);
    private const double HoldSpread = 0.7;

    /// <summary>The nine tenants with few requests.</summary>
    public static IReadOnlyList<string> Others { get; } = [.. Enumerable.Range(1, 9).Select(static number => $"tenant {number}")];

    /// <summary>The number of tenants, which have equal weights.</summary>
    public static int Count => Others.Count + 1;

    /// <summary>Creates a trace in which all tenants send requests at random times, as independent Poisson processes.</summary>
    /// <param name="load">The share of the device's time that the requests of one of the nine tenants take.</param>
    /// <param name="models">The number of models, which each request chooses at random.</param>
    /// <param name="duration">The duration.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public static Trace Create(double load, int models, TimeSpan duration, int seed)
    {
        var random = new Random(seed);
        var meanHold = MedianHold * Math.Exp(HoldSpread * HoldSpread / 2);
        var requests = new List<SimulatedRequest>();
        foreach (var tenant in (string[])[Flood, .. Others])
        {
            var interval = meanHold / (tenant == Flood ? FloodFactor * load : load);
            for (var at = Next(random, interval); at < duration; at += Next(random, interval))
            {
                var hold = MedianHold * Math.Exp(HoldSpread * Trace.Normal(random));
                requests.Add(new(at, random.Next(models), hold) { Tenant = tenant });
            }
        }

        return new([.. Enumerable.Repeat(1_000_000_000L, models)], [.. requests.OrderBy(static request => request.Arrival)]);
    }

    /// <summary>Returns a trace with the same requests, of which none names its tenant.</summary>
    public static Trace WithoutTenants(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return trace with { Requests = [.. trace.Requests.Select(static request => request with { Tenant = null })] };
    }

    /// <summary>
    /// Returns the mean wait that the nine tenants would have if each had a tenth of the device to itself, which serves its requests one
    /// after the other and takes ten times as long for each.
    /// </summary>
    public static TimeSpan MeanWaitAlone(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var waits = new List<double>();
        foreach (var tenant in Others)
        {
            var free = TimeSpan.Zero;
            foreach (var request in trace.Requests.Where(request => request.Tenant == tenant))
            {
                var start = request.Arrival > free ? request.Arrival : free;
                waits.Add((start - request.Arrival).TotalSeconds);
                free = start + (Count * request.Hold);
            }
        }

        return TimeSpan.FromSeconds(waits.Average());
    }

    /// <summary>Returns the mean wait of the requests of some tenants in a run without rejections.</summary>
    public static TimeSpan MeanWait(Trace trace, SimulationResult result, Func<string?, bool> isIncluded)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(result);
        return TimeSpan.FromSeconds(trace.Requests.Zip(result.Waits)
            .Where(pair => isIncluded(pair.First.Tenant))
            .Average(static pair => pair.Second.TotalSeconds));
    }

    private static TimeSpan Next(Random random, TimeSpan mean) => mean * -Math.Log(1 - random.NextDouble());
}

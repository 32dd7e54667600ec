using SharedModels.Simulation;

namespace SharedModels.Tests.Simulation;

/// <summary>
/// The results of the policy on traces, compared with others on the same traces, in virtual time. The figures are always the same.
/// </summary>
public sealed class PolicyTests
{
    private static readonly TraceOptions Base = new() { Requests = 4_000 };

    [Fact]
    public void The_same_trace_always_gives_the_same_result()
    {
        var trace = Trace.Create(Base);
        var first = SchedulerSimulation.Run(trace, DeviceFor(trace));
        var second = SchedulerSimulation.Run(Trace.Create(Base), DeviceFor(trace));
        Assert.Equal(first.Waits, second.Waits);
        Assert.Equal(first.Order, second.Order);
        Assert.Equal(Enumerable.Range(0, 4_000), first.Order.Order());
    }

    [Fact]
    public void Near_saturation_requests_wait_far_less_than_with_fifo_and_lru()
    {
        var trace = Trace.Create(Base with { MeanInterval = TimeSpan.FromMilliseconds(75) });
        var device = DeviceFor(trace);
        Assert.InRange(Load(trace), 0.87, 0.92);
        Assert.True(SchedulerSimulation.Run(trace, device).MeanWait < 0.3 * BaselineSimulation.FifoWithLru(trace, device).MeanWait);
    }

    [Theory]
    [InlineData(false, false, 0.5)]
    [InlineData(true, false, 0.5)]
    [InlineData(true, true, 0.5)]
    [InlineData(false, false, 0)]
    [InlineData(false, true, 0)]
    [InlineData(true, true, 0)]
    public void Near_saturation_requests_wait_less_than_with_ollama_even_if_its_unloads_took_no_time(
        bool isStrict, bool evictsByRemainingKeepAlive, double unloadSeconds)
    {
        var trace = Trace.Create(Base with { MeanInterval = TimeSpan.FromMilliseconds(75) });
        var device = DeviceFor(trace);
        var ours = Policy.SharedModels.Run(trace, device);
        var theirs = BaselineSimulation.Ollama(trace, device, new()
        {
            IsStrictlyFifo = isStrict,
            EvictsByRemainingKeepAlive = evictsByRemainingKeepAlive,
            UnloadTime = TimeSpan.FromSeconds(unloadSeconds),
        });
        Assert.True(ours.MeanWait < 0.5 * theirs.MeanWait, $"{ours.MeanWait} against {theirs.MeanWait}");
        Assert.True(ours.WaitQuantile(0.99) < 0.5 * theirs.WaitQuantile(0.99));
        Assert.True(ours.Throughput >= theirs.Throughput);
    }

    [Theory]
    [InlineData(150, 1.3)]
    [InlineData(95, 1.3)]
    [InlineData(65, 1.15)]
    public void Few_more_bytes_are_moved_than_with_knowledge_of_the_future(int interval, double bound)
    {
        var trace = Trace.Create(Base with { MeanInterval = TimeSpan.FromMilliseconds(interval) });
        var device = DeviceFor(trace);
        var result = SchedulerSimulation.Run(trace, device);
        Assert.InRange((double)result.BytesMoved / BaselineSimulation.Belady(trace, device, result.Order).Bytes, 1, bound);
    }

    [Fact]
    public void Where_transfers_dominate_the_throughput_is_a_multiple_of_one_model_at_a_time()
    {
        var trace = Trace.Create(
            Base with { MeanInterval = TimeSpan.FromMilliseconds(1), MedianHold = TimeSpan.FromMilliseconds(5), ZipfExponent = 1.2 });
        var device = DeviceFor(trace);
        Assert.True(SchedulerSimulation.Run(trace, device).Throughput > 7 * BaselineSimulation.OneAtATime(trace, device).Throughput);
    }

    [Fact]
    public void The_longest_wait_is_far_shorter_than_with_unbounded_collation()
    {
        var trace = Trace.Create(Base with { MeanInterval = TimeSpan.FromMilliseconds(65) });
        var device = DeviceFor(trace);
        Assert.True(
            SchedulerSimulation.Run(trace, device).LongestWait < 0.3 * BaselineSimulation.UnboundedCollation(trace, device).LongestWait);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void No_request_is_bypassed_more_often_than_the_bound_allows(int maxBypass)
    {
        var trace = Trace.Create(Base with { MeanInterval = TimeSpan.FromMilliseconds(70), BurstShare = 0.4 });
        var order = SchedulerSimulation.Run(trace, DeviceFor(trace), maxBypass, maxBypass).Order;
        var served = new HashSet<int>();
        var oldest = 0;
        var bypasses = 0;
        foreach (var request in order)
        {
            served.Add(request);
            bypasses = request == oldest ? 0 : bypasses + 1;
            while (served.Contains(oldest))
            {
                oldest++;
                bypasses = served.Count(younger => younger > oldest);
            }

            Assert.InRange(bypasses, 0, maxBypass);
        }
    }

    [Fact]
    public void A_trace_matches_its_options()
    {
        var trace = Trace.Create(new() { Requests = 50_000, BurstShare = 0.3, ZipfExponent = 1 });
        Assert.All(trace.ModelBytes, bytes => Assert.InRange(bytes, 100_000_000, 8_000_000_000));
        Assert.InRange(trace.Requests[^1].Arrival.TotalSeconds / 50_000, 0.097, 0.103);
        Assert.InRange(
            trace.Requests.Zip(trace.Requests.Skip(1)).Count(pair => pair.First.Arrival == pair.Second.Arrival) / 50_000.0, 0.29, 0.31);
        var holds = trace.Requests.Select(request => request.Hold).Order().ToList();
        Assert.InRange(holds[25_000].TotalMilliseconds, 48, 52);
        var counts = trace.Requests.CountBy(request => request.Model).Select(pair => pair.Value).OrderDescending().ToList();
        Assert.InRange(counts[0] / (double)counts[1], 1.8, 2.2);
        Assert.InRange(counts[0] / (double)counts[9], 8.5, 11.5);
        Assert.NotEqual(trace.Requests, Trace.Create(new() { Requests = 50_000, BurstShare = 0.3, ZipfExponent = 1, Seed = 2 }).Requests);
    }

    private static SimulatedDevice DeviceFor(Trace trace) => new(trace.ModelBytes.Sum() / 3);

    private static double Load(Trace trace) =>
        trace.Requests.Sum(request => request.Hold.TotalSeconds) / trace.Requests[^1].Arrival.TotalSeconds;
}

using SharedModels.Simulation;

namespace SharedModels.Tests.Simulation;

/// <summary>The faults in traces, and the outcomes of their requests.</summary>
public sealed class FaultTests
{
    private static readonly TraceOptions Base = new() { Requests = 3_000, MeanInterval = TimeSpan.FromMilliseconds(90), BurstShare = 0.2 };
    private static readonly TraceOptions Failing = Base with { LoadFailureShare = 0.1, MoveFailureShare = 0.05 };
    private static readonly TraceOptions Losing =
        Base with { MeanTimeBetweenLosses = TimeSpan.FromSeconds(20), LossDuration = TimeSpan.FromSeconds(5) };

    public static TheoryData<string> Policies => [.. Policy.All.Select(static policy => policy.Name)];

    [Fact]
    public void Nothing_fails_by_default()
    {
        var faults = Trace.Create(Base).Faults;
        Assert.Empty(faults.Outages);
        Assert.DoesNotContain(Enumerable.Range(0, 1000), attempt => faults.LoadFails(0, attempt) || faults.MoveFails(0, attempt));
    }

    [Fact]
    public void The_configured_share_fails()
    {
        var faults = Trace.Create(Failing).Faults;
        var attempts = Enumerable.Range(0, 100).SelectMany(model => Enumerable.Range(0, 500).Select(attempt => (model, attempt))).ToList();
        Assert.InRange(attempts.Count(at => faults.LoadFails(at.model, at.attempt)) / 50_000.0, 0.095, 0.105);
        Assert.InRange(attempts.Count(at => faults.MoveFails(at.model, at.attempt)) / 50_000.0, 0.046, 0.054);
        var others = Trace.Create(Failing with { Seed = 2 }).Faults;
        Assert.Contains(attempts, at => faults.LoadFails(at.model, at.attempt) != others.LoadFails(at.model, at.attempt));
    }

    [Fact]
    public void Losses_have_the_configured_frequency_and_duration()
    {
        var outages = Trace.Create(Losing).Faults.Outages.Take(20_000).ToList();
        Assert.All(outages, outage => Assert.Equal(TimeSpan.FromSeconds(5), outage.End - outage.Start));
        Assert.All(outages.Zip(outages.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        Assert.InRange(outages[^1].End.TotalSeconds / 20_000, 24.5, 25.5);
        Assert.Equal(outages, Trace.Create(Losing).Faults.Outages.Take(20_000));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Every_request_is_served_or_rejected_by_every_policy(string name)
    {
        var result = RunTwice(name, Failing);
        Assert.Equal(3_000, result.Waits.Count + result.Rejected);
        Assert.Equal(result.Waits.Count, result.Order.Distinct().Count());
        Assert.InRange(result.Rejected, 10, 1_500);
        Assert.Equal(0, result.Lost);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void No_request_is_served_while_the_device_is_lost(string name)
    {
        var result = RunTwice(name, Losing);
        Assert.Equal(3_000, result.Waits.Count + result.Rejected);
        Assert.Equal(name == Policy.SharedModels.Name, result.Rejected > 0);
        Assert.True(result.Lost > 0);
        Assert.True(result.Throughput < 3_000 / result.End.TotalSeconds);
        var trace = Trace.Create(Losing);
        var outages = trace.Faults.Outages.TakeWhile(outage => outage.Start < result.End).ToList();
        var starts = result.Order.Order().Zip(result.Waits, (request, wait) => trace.Requests[request].Arrival + wait).ToList();
        Assert.DoesNotContain(starts, start => outages.Exists(outage => start >= outage.Start && start < outage.End));
    }

    [Fact]
    public void The_scheduler_rejects_requests_for_a_lost_device_and_serves_again_after_a_successful_probe()
    {
        var trace = Trace.Create(Losing);
        var result = RunTwice(Policy.SharedModels.Name, Losing);
        var outages = trace.Faults.Outages.TakeWhile(outage => outage.Start < result.End).ToList();
        var outOfService = Enumerable.Range(0, 3_000)
            .Except(result.Order)
            .Count(request => outages.Exists(outage => IsDuring(outage, trace.Requests[request].Arrival)));
        Assert.InRange(outOfService, result.Rejected / 2, result.Rejected);
        Assert.InRange(result.Rejected, 300, 1_500);

        // Probes come 1, 3 and 7 s after a loss of 5 s.
        static bool IsDuring(DeviceOutage outage, TimeSpan at) => at >= outage.Start && at <= outage.Start + TimeSpan.FromSeconds(7);
    }

    [Fact]
    public void Failures_and_losses_together_leave_no_request_without_an_outcome()
    {
        var options = Losing with { LoadFailureShare = 0.1, MoveFailureShare = 0.05 };
        for (var seed = 1; seed <= 5; seed++)
        {
            var result = RunTwice(Policy.SharedModels.Name, options with { Seed = seed });
            Assert.Equal(3_000, result.Waits.Count + result.Rejected);
        }
    }

    private static SimulationResult RunTwice(string name, TraceOptions options)
    {
        var policy = Policy.All.Single(policy => policy.Name == name);
        var trace = Trace.Create(options);
        var device = new SimulatedDevice(trace.ModelBytes.Sum() / 3);
        var result = policy.Run(trace, device);
        var again = policy.Run(Trace.Create(options), device);
        Assert.Equal(result.Waits, again.Waits);
        Assert.Equal(result.Order, again.Order);
        return result;
    }
}

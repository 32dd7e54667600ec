using SharedModels.Simulation;

namespace SharedModels.Tests.Simulation;

/// <summary>Tenants in virtual time, with the default options: one of ten has a hundred times the requests of another one.</summary>
public sealed class TenantTests
{
    [Theory]
    [InlineData(0.02, 1)]
    [InlineData(0.05, 1)]
    [InlineData(0.02, 4)]
    [InlineData(0.05, 4)]
    public void The_others_wait_hardly_longer_than_with_their_share_of_the_device_to_themselves(double load, int models)
    {
        var trace = TenantTrace.Create(load, models, TimeSpan.FromSeconds(40), seed: 3);
        var result = SchedulerSimulation.Run(trace, new(trace.ModelBytes.Sum()));
        var wait = TenantTrace.MeanWait(trace, result, static tenant => tenant != TenantTrace.Flood);
        Assert.InRange(wait / TenantTrace.MeanWaitAlone(trace), 0, 1.2);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_flood_takes_at_most_its_share_and_one_request_while_all_tenants_wait(int seed)
    {
        // Each of the others has three times its share, so that it always has requests that wait after the first seconds.
        var trace = TenantTrace.Create(load: 0.3, models: 1, TimeSpan.FromSeconds(15), seed);
        var result = SchedulerSimulation.Run(trace, new(trace.ModelBytes.Sum()));
        var (from, end) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
        var longest = trace.Requests.Where(static request => request.Tenant == TenantTrace.Flood).Max(static request => request.Hold);
        var (all, flood) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var request in result.Order.Where(index => IsServedIn(index)).Select(index => trace.Requests[index]))
        {
            all += request.Hold;
            flood += request.Tenant == TenantTrace.Flood ? request.Hold : TimeSpan.Zero;
            Assert.True(flood <= (all / TenantTrace.Count) + longest, $"{flood} of {all}");
        }

        Assert.InRange(flood / all, 0.08, 0.11);

        bool IsServedIn(int index) => trace.Requests[index].Arrival + result.Waits[index] is var start && start >= from && start < end;
    }
}

using SharedModels.Leasing.Requests;
using SharedModels.Testing;
using SharedModels.Tests.Leasing.Batches;

namespace SharedModels.Tests.Leasing;

/// <summary>The time that a flow has waited for leases, which nodes of a cluster report to gateways.</summary>
public sealed class WaitTotalTests
{
    [Fact]
    public async Task Waits_of_a_flow_are_added_up()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var total = WaitTotal.Begin();

        await WaitAsync(fixture, TimeSpan.FromSeconds(3));
        await WaitAsync(fixture, TimeSpan.FromSeconds(4));

        Assert.Equal(TimeSpan.FromSeconds(7), total.Elapsed);
    }

    [Fact]
    public async Task A_lease_that_is_granted_immediately_takes_no_time()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await fixture.Manager.PreloadAsync("a");
        var total = WaitTotal.Begin();

        (await fixture.FetchAsync("a")).Dispose();

        Assert.Equal(TimeSpan.Zero, total.Elapsed);
    }

    [Fact]
    public async Task Leases_that_are_acquired_together_are_one_wait()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        fixture.Add("b");
        await using var scope = fixture.Manager.CreateScope();
        var (a, b) = (scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b"));
        var held = await fixture.FetchElsewhereAsync("a");
        var total = WaitTotal.Begin();

        var acquired = fixture.Manager.AcquireAllAsync([a, b]).AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        held.Dispose();
        await acquired.WaitAsync(TestBound.Wait);

        Assert.Equal(TimeSpan.FromSeconds(2), total.Elapsed);
    }

    [Fact]
    public async Task A_wait_that_fails_counts()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        using var held = await fixture.FetchElsewhereAsync("a");
        using var stop = new CancellationTokenSource();
        var total = WaitTotal.Begin();

        var fetch = fixture.FetchAsync("a", stop.Token).AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.WaitAsync(TestBound.Wait));
        Assert.Equal(TimeSpan.FromSeconds(2), total.Elapsed);
    }

    [Fact]
    public async Task Other_flows_have_their_own_total()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");

        var totals = await Task.WhenAll(MeasureAsync(), MeasureAsync());

        Assert.Null(WaitTotal.Current);
        Assert.NotSame(totals[0], totals[1]);

        async Task<WaitTotal> MeasureAsync()
        {
            var total = WaitTotal.Begin();
            await Task.Yield();
            Assert.Same(total, WaitTotal.Current);
            return total;
        }
    }

    [Fact]
    public async Task A_flow_that_waits_for_a_batch_has_no_total()
    {
        await using var fixture = new BatchFixture();
        var total = WaitTotal.Begin();

        await fixture.RunAsync("a");

        Assert.Null(total.Elapsed);
    }

    private static async Task WaitAsync(ManagerFixture fixture, TimeSpan wait)
    {
        var held = await fixture.FetchElsewhereAsync("a");
        var fetch = fixture.FetchAsync("a").AsTask();
        fixture.Time.Advance(wait);
        held.Dispose();
        (await fetch.WaitAsync(TestBound.Wait)).Dispose();
    }
}

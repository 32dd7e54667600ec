using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>A request is canceled: before the grant, while it waits, or at the same time as the grant.</summary>
public sealed class CancellationTests
{
    private const int Seed = 20260801;

    [Fact]
    public async Task Before_the_request_an_OperationCanceledException_is_thrown_and_nothing_starts()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        var token = new CancellationToken(canceled: true);
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        foreach (var request in (Task[])
            [
                fixture.FetchAsync("a", token),
                lease.AcquireAsync(token).AsTask(),
                fixture.Manager.AcquireAllAsync([lease], token).AsTask(),
            ])
            Assert.Equal(token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request)).CancellationToken);
        Assert.Equal((LeaseState.Pending, 0), (lease.State, script.Loads));
    }

    [Fact]
    public async Task A_waiting_request_throws_an_OperationCanceledException_with_its_token()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await using var held = await fixture.FetchAsync("a");
        using var cancellation = new CancellationTokenSource();
        var waiting = fixture.FetchAsync("a", cancellation.Token);
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting)).CancellationToken);
        Assert.Equal(0, fixture.DeviceState().QueueLength);
    }

    [Fact]
    public async Task The_model_is_unchanged_and_its_load_continues()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        script.Load.Close();
        using var cancellation = new CancellationTokenSource();
        var waiting = fixture.FetchAsync("a", cancellation.Token);
        await script.Load.Arrived;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(ModelResidency.Loading, fixture["a"].Residency);
        var next = fixture.FetchAsync("a");
        script.Load.Open();
        (await next).Dispose();
        Assert.Equal((1, ModelResidency.OnDevice, null), (script.Loads, fixture["a"].Residency, fixture["a"].Error));
    }

    [Fact]
    public async Task The_next_request_is_granted()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        using var cancellation = new CancellationTokenSource();
        var first = fixture.FetchAsync("a", cancellation.Token);
        var second = fixture.FetchAsync("a");
        await cancellation.CancelAsync();
        held.Dispose();
        (await second).Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task After_the_grant_a_cancellation_changes_nothing()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        using var cancellation = new CancellationTokenSource();
        await using var lease = await fixture.FetchAsync("a", cancellation.Token);
        await cancellation.CancelAsync();
        Assert.Equal((LeaseState.Held, 1), (lease.State, await lease.InvokeAsync(static model => model.Use())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_cancellation_that_races_the_grant_wins_or_loses_and_a_lost_grant_is_released(int members)
    {
        var random = new Random(Seed + members);
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        fixture.Add("b");
        for (var round = 0; round < 300; round++)
        {
            var held = await fixture.FetchAsync("a");
            await using var scope = fixture.Manager.CreateScope();
            IModelLease[] leases = [.. new[] { "a", "b" }.Take(members).Select(scope.CreateLease<FakeModel>)];
            using var cancellation = new CancellationTokenSource();
            var waiting = fixture.Manager.AcquireAllAsync(leases, cancellation.Token).AsTask();
            var next = fixture.FetchAsync("a");
            Action[] racers = [held.Dispose, cancellation.Cancel];
            random.Shuffle(racers);
            await Task.WhenAll(racers.Select(static racer => Task.Run(racer)));
            var wasGranted = await Record.ExceptionAsync(() => waiting) is null;
            Assert.All(leases, lease => Assert.Equal(wasGranted ? LeaseState.Held : LeaseState.Pending, lease.State));
            await scope.DisposeAsync();
            (await next).Dispose();
            Assert.Equal((0, 0), (fixture.DeviceState().Holders, fixture.DeviceState().QueueLength));
        }
    }
}

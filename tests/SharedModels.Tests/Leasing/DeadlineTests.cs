using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>A request with its own timeout is rejected immediately if the timeout cannot be met, as far as that can be predicted.</summary>
public sealed class DeadlineTests
{
    [Fact]
    public async Task Nothing_is_rejected_without_evidence()
    {
        await using var fixture = Create();
        await (await fixture.FetchAsync("a", Within(0.001))).DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_the_model_s_move_makes_too_late_is_rejected()
    {
        await using var fixture = Create();
        await MoveAsync(fixture, seconds: 4);
        await fixture.Manager.EvictAsync("a");
        var exception = await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a", Within(3.9)));
        Assert.Equal(
            "The request for model 'a' was rejected because it is expected to wait longer than its timeout of 3.9 s on device fake:0, "
            + "based on earlier loads, moves and holds: no model is in use and 0 requests are waiting. Increase the timeout, or try "
            + "again later.",
            exception.Message);
        Assert.Equal((ModelResidency.OnHost, 0), (fixture["a"].Residency, fixture["a"].QueuedRequests));
        await (await fixture.FetchAsync("a", Within(4.1))).DisposeAsync();
    }

    [Fact]
    public async Task A_step_that_is_already_running_is_counted_from_its_start()
    {
        await using var fixture = Create();
        await MoveAsync(fixture, seconds: 4);
        await fixture.Manager.EvictAsync("a");
        fixture.Accelerator[0].Move.Close();
        var first = fixture.FetchAsync("a");
        await fixture.Accelerator[0].Move.Arrived;
        fixture.Time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a", Within(0.9)));
        var second = fixture.FetchAsync("a", Within(1.1));
        fixture.Accelerator[0].Move.Open();
        (await first).Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task Requests_before_it_in_the_queue_make_it_too_late_as_well()
    {
        await using var fixture = Create();
        await using (await fixture.FetchAsync("a"))
            fixture.Time.Advance(TimeSpan.FromSeconds(5));
        var held = await fixture.FetchAsync("a");
        Task<IModelLease<FakeModel>>[] waiting = [fixture.FetchAsync("a"), fixture.FetchAsync("a")];
        await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a", Within(9)));
        var urgent = fixture.FetchAsync("a", Within(9) with { Priority = LeasePriority.High });
        held.Dispose();
        (await urgent).Dispose();
        foreach (var wait in waiting)
            (await wait).Dispose();
    }

    [Fact]
    public async Task A_group_is_rejected_by_the_member_that_takes_longest()
    {
        await using var fixture = Create();
        await fixture.UseAsync("b");
        await MoveAsync(fixture, seconds: 4);
        await fixture.Manager.EvictAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        IModelLease[] leases = [scope.CreateLease<FakeModel>("b"), scope.CreateLease<FakeModel>("a")];
        await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.Manager.AcquireAllAsync(leases, Within(3)).AsTask());
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Pending, lease.State));
    }

    [Fact]
    public async Task The_general_timeout_is_not_a_deadline()
    {
        await using var fixture = Create(("Leasing:AcquireTimeout", "00:00:01"));
        await MoveAsync(fixture, seconds: 4);
        await fixture.Manager.EvictAsync("a");
        fixture.Accelerator[0].BytesPerSecond = double.PositiveInfinity;
        await fixture.UseAsync("a");
    }

    [Fact]
    public async Task The_outcome_is_counted_under_its_own_name()
    {
        await using var fixture = Create();
        await MoveAsync(fixture, seconds: 4);
        await fixture.Manager.EvictAsync("a");
        await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a", Within(1)));
        Assert.Equal(["1 model=a device=fake:0 outcome=too_late"], fixture.Metrics["sharedmodels.lease.requests"]);
    }

    private static AcquireOptions Within(double seconds) => new() { Timeout = TimeSpan.FromSeconds(seconds) };

    /// <summary>Moves model 'a' to the device once, so that the duration of the move is known.</summary>
    private static async Task MoveAsync(ApplicationFixture fixture, int seconds)
    {
        fixture.Accelerator[0].Move.Close();
        var preload = fixture.Manager.PreloadAsync("a").AsTask();
        await fixture.Accelerator[0].Move.Arrived;
        fixture.Time.Advance(TimeSpan.FromSeconds(seconds));
        fixture.Accelerator[0].Move.Open();
        await preload;
    }

    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(settings);
        fixture.Add("a");
        fixture.Add("b");
        return fixture;
    }

    [Fact]
    public async Task A_second_caller_without_a_timeout_of_its_own_is_not_rejected_as_too_late()
    {
        await using var fixture = new ManagerFixture(static options => options.Leasing.AcquireTimeout = TimeSpan.FromSeconds(30));
        fixture.Add("a");
        for (var i = 0; i < 3; i++)
        {
            var hold = await fixture.FetchElsewhereAsync("a");
            fixture.Time.Advance(TimeSpan.FromSeconds(20));
            hold.Dispose();
        }

        var held = await fixture.FetchElsewhereAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        using var stop = new CancellationTokenSource();
        var first = lease.AcquireAsync(stop.Token).AsTask();
        var second = lease.AcquireAsync().AsTask();
        Task<IModelLease<FakeModel>>[] between = [fixture.FetchElsewhereAsync("a").AsTask(), fixture.FetchElsewhereAsync("a").AsTask()];
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 3);
        held.Dispose();
        foreach (var other in between)
            (await other).Dispose();
        await second;
    }

    [Fact]
    public async Task A_caller_that_joins_twice_waits_no_longer_than_its_timeout()
    {
        await using var fixture = new ManagerFixture(static options => options.Leasing.AcquireTimeout = TimeSpan.FromSeconds(30));
        fixture.Add("a");
        using var held = await fixture.FetchElsewhereAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        using var stop = new CancellationTokenSource();
        var patient = new AcquireOptions { Timeout = TimeSpan.FromHours(1) };
        var first = lease.AcquireAsync(patient, stop.Token).AsTask();
        Task[] joined = [lease.AcquireAsync().AsTask(), lease.AcquireAsync().AsTask()];
        fixture.Time.Advance(TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        // One of them continues with a request of its own, which the other joins.
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        foreach (var late in joined)
            await Assert.ThrowsAsync<LeaseTimeoutException>(() => late.WaitAsync(TestBound.Wait));
    }
}

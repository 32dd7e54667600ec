using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Several leases that are acquired together, all or nothing.</summary>
public sealed class AcquireAllTests
{
    private static readonly (string Key, string Value) TwoHolders = ("Devices:fake:0:MaxConcurrentHolders", "2");

    [Fact]
    public async Task All_are_granted_together_to_one_holder()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b", "c");
        await fixture.Manager.AcquireAllAsync(leases);
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Held, lease.State));
        Assert.Equal((1, 0), (fixture.DeviceState().Holders, fixture.DeviceState().QueueLength));
    }

    [Fact]
    public async Task Nothing_is_held_while_the_group_waits()
    {
        await using var fixture = Create(TwoHolders);
        await using var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        var group = fixture.Manager.AcquireAllAsync(leases).AsTask();
        await (await fixture.FetchAsync("b")).DisposeAsync();
        Assert.Equal((0, 1, 1), (fixture["b"].ActiveLeases, fixture["b"].QueuedRequests, fixture.DeviceState().QueueLength));
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Pending, lease.State));
        held.Dispose();
        await group;
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Held, lease.State));
    }

    [Fact]
    public async Task Leases_that_are_already_held_stay_held_whatever_happens_to_the_others()
    {
        await using var fixture = Create(TwoHolders);
        await using var other = await fixture.FetchAsync("b");
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        await leases[0].AcquireAsync();
        using var cancellation = new CancellationTokenSource();
        var group = fixture.Manager.AcquireAllAsync(leases, cancellation.Token).AsTask();
        Assert.Equal((LeaseState.Held, LeaseState.Pending), (leases[0].State, leases[1].State));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => group);
        Assert.Equal((LeaseState.Held, 1), (leases[0].State, ((FakeModel)leases[0].Model).Use()));
        other.Dispose();
        await fixture.Manager.AcquireAllAsync(leases);
        await fixture.Manager.AcquireAllAsync(leases);
        Assert.Equal(LeaseState.Held, leases[1].State);
    }

    [Fact]
    public async Task The_models_can_be_on_two_devices()
    {
        await using var fixture = Create(memoryBytes: 10, devices: 2);
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        await fixture.Manager.AcquireAllAsync(leases);
        Assert.NotEqual(leases[0].Device, leases[1].Device);
        Assert.Equal((1, 1), (fixture.DeviceState(0).Holders, fixture.DeviceState(1).Holders));
        var next = fixture.FetchAsync("b");
        leases[0].Dispose();
        Assert.False(next.IsCompleted);
        leases[1].Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task Two_models_that_fit_on_no_device_together_go_to_two()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        fixture.Add("a", bytes: 60);
        fixture.Add("b", bytes: 60);
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        await fixture.Manager.AcquireAllAsync(leases);
        Assert.NotEqual(leases[0].Device, leases[1].Device);
    }

    [Fact]
    public async Task Two_models_that_can_never_fit_together_are_rejected_immediately_with_both_figures()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a", bytes: 60);
        fixture.Add("b", bytes: 60);
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.Manager.AcquireAllAsync(leases).AsTask());
        Assert.Equal((120, 100), (exception.RequiredBytes, exception.BudgetBytes));
        Assert.Contains("can never fit on device fake:0", exception.Message, StringComparison.Ordinal);
        await leases[0].AcquireAsync();
        exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => leases[1].AcquireAsync().AsTask());
        Assert.Equal((120, 100), (exception.RequiredBytes, exception.BudgetBytes));
    }

    [Fact]
    public async Task A_canceled_group_leaves_all_pending_and_the_next_is_granted()
    {
        await using var fixture = Create();
        var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        using var cancellation = new CancellationTokenSource();
        var group = fixture.Manager.AcquireAllAsync(leases, cancellation.Token).AsTask();
        var next = fixture.FetchAsync("b");
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => group)).CancellationToken);
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Pending, lease.State));
        held.Dispose();
        (await next).Dispose();
        await fixture.Manager.AcquireAllAsync(leases);
    }

    [Fact]
    public async Task A_group_times_out_as_one_request()
    {
        await using var fixture = Create();
        await using var held = await fixture.FetchAsync("b");
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        var group = fixture.Manager.AcquireAllAsync(leases, new AcquireOptions { Timeout = TimeSpan.FromSeconds(5) }).AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        var exception = await Assert.ThrowsAsync<LeaseTimeoutException>(() => group);
        Assert.Contains("after 5 s", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, exception.QueueLength);
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Pending, lease.State));
        Assert.Equal((0, 0), (fixture["a"].QueuedRequests, fixture.DeviceState().QueueLength));
    }

    [Fact]
    public async Task Disposing_one_member_while_the_group_waits_ends_the_wait_and_leaves_the_others_pending()
    {
        await using var fixture = Create();
        var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        var group = fixture.Manager.AcquireAllAsync(leases).AsTask();
        leases[1].Dispose();
        Assert.Contains(
            "'b' was disposed while it was being acquired",
            (await Assert.ThrowsAsync<ObjectDisposedException>(() => group)).Message,
            StringComparison.Ordinal);
        Assert.Equal((LeaseState.Pending, LeaseState.Released, 0), (leases[0].State, leases[1].State, fixture.DeviceState().QueueLength));
        held.Dispose();
        await leases[0].AcquireAsync();
        Assert.Equal(LeaseState.Held, leases[0].State);
    }

    [Fact]
    public async Task A_second_caller_waits_with_the_group()
    {
        await using var fixture = Create();
        var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        var group = fixture.Manager.AcquireAllAsync(leases).AsTask();
        var single = leases[1].AcquireAsync().AsTask();
        Assert.Equal(1, fixture.DeviceState().QueueLength);
        held.Dispose();
        await Task.WhenAll(group, single);
        Assert.Equal(LeaseState.Held, leases[1].State);
    }

    [Fact]
    public async Task The_same_model_twice_counts_as_one_use()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "a");
        await fixture.Manager.AcquireAllAsync([leases[0], leases[1], leases[0]]);
        Assert.Equal(1, fixture["a"].ActiveLeases);
        var next = fixture.FetchAsync("a");
        leases[0].Dispose();
        Assert.False(next.IsCompleted);
        leases[1].Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task An_empty_group_is_granted_immediately()
    {
        await using var fixture = Create();
        await fixture.Manager.AcquireAllAsync([]);
    }

    [Fact]
    public async Task Invalid_arguments_are_rejected_before_anything_is_requested()
    {
        await using var fixture = Create();
        await using var elsewhere = Create();
        await using var scope = fixture.Manager.CreateScope();
        await using var otherScope = fixture.Manager.CreateScope();
        await using var foreign = elsewhere.Manager.CreateScope();
        await using var fetched = await fixture.FetchAsync("c");
        var leases = Leases(scope, "a", "b");
        Assert.Contains(
            "belongs to another manager", (await RejectedAsync(leases[0], Leases(foreign, "a")[0])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "'b' belongs to a different scope",
            (await RejectedAsync(leases[0], Leases(otherScope, "b")[0])).Message,
            StringComparison.Ordinal);
        Assert.Contains("'c' belongs to a different scope", (await RejectedAsync(fetched)).Message, StringComparison.Ordinal);
        await RejectedAsync(leases[0], null!);
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await fixture.Manager.AcquireAllAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await fixture.Manager.AcquireAllAsync(leases, null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await fixture.Manager.AcquireAllAsync(leases, new AcquireOptions { Timeout = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await fixture.Manager.AcquireAllAsync(leases, new AcquireOptions { Priority = (LeasePriority)7 }));
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Pending, lease.State));

        Task<ArgumentException> RejectedAsync(params IModelLease[] wrong) =>
            Assert.ThrowsAsync<ArgumentException>(async () => await fixture.Manager.AcquireAllAsync(wrong));
    }

    [Fact]
    public async Task A_lease_that_is_released_or_being_acquired_by_itself_is_rejected()
    {
        await using var fixture = Create();
        await using var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var leases = Leases(scope, "a", "b");
        var alone = leases[0].AcquireAsync().AsTask();
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () => await fixture.Manager.AcquireAllAsync(leases));
        Assert.Contains("'a' is being acquired by another call", exception.Message, StringComparison.Ordinal);
        held.Dispose();
        await alone;
        await scope.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await fixture.Manager.AcquireAllAsync(leases));
    }

    private static IModelLease[] Leases(IModelLeaseScope scope, params string[] ids) => [.. ids.Select(scope.CreateLease<FakeModel>)];

    private static ApplicationFixture Create(params (string Key, string Value)[] settings) => Create(100, 1, settings);

    private static ApplicationFixture Create(long memoryBytes, int devices, params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(memoryBytes, devices, settings);
        foreach (var id in (string[])["a", "b", "c"])
            fixture.Add(id);
        return fixture;
    }
}

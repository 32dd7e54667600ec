using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Groups among other requests: they do not starve, and they do not block each other.</summary>
public sealed class AcquireAllFairnessTests
{
    [Fact]
    public async Task A_group_is_bypassed_at_most_MaxBypass_times()
    {
        await using var fixture = new ApplicationFixture(
            ("Leasing:MaxBypass", "3"),
            ("Leasing:MaxBypassUnderLoad", "3"),
            ("Devices:fake:0:MaxConcurrentHolders", "2"),
            ("Leasing:AcquireTimeout", "-00:00:00.001"));
        fixture.Add("a");
        fixture.Add("b");
        await fixture.UseAsync("a", "b");
        var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var group = fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")]).AsTask();
        var bypasses = 0;
        var later = Enumerable.Range(0, 8).Select(_ => BypassAsync()).ToList();
        await Task.WhenAll(later.Take(3));
        await Condition.UntilAsync(() => fixture["b"].ActiveLeases == 0);
        Assert.Equal((3, 6), (bypasses, fixture["b"].QueuedRequests));
        Assert.False(group.IsCompleted);
        held.Dispose();
        await group;
        Assert.Equal(3, bypasses);
        await scope.DisposeAsync();
        await Task.WhenAll(later);

        async Task BypassAsync()
        {
            await using var lease = await fixture.FetchAsync("b");
            Interlocked.Increment(ref bypasses);
        }
    }

    [Fact]
    public async Task A_group_whose_models_are_requested_constantly_is_granted()
    {
        await using var fixture = new ApplicationFixture(
            memoryBytes: 25, devices: 1, ("Leasing:MaxBypass", "2"), ("Leasing:MaxBypassUnderLoad", "2"));
        foreach (var id in (string[])["a", "b", "c"])
            fixture.Add(id);
        var held = await fixture.FetchAsync("c");
        await using var scope = fixture.Manager.CreateScope();
        var group = fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")]).AsTask();
        using var end = new CancellationTokenSource();
        var traffic = Enumerable.Range(0, 6).Select(i => UseAsync($"{"abc"[i % 3]}")).ToList();
        held.Dispose();
        await group;
        await end.CancelAsync();
        await scope.DisposeAsync();
        await Task.WhenAll(traffic);

        async Task UseAsync(string id)
        {
            while (!end.IsCancellationRequested)
                await fixture.UseAsync(id);
        }
    }

    [Fact]
    public async Task Two_scopes_that_request_the_same_models_in_opposite_order_never_deadlock()
    {
        await using var fixture = new ApplicationFixture(("Devices:fake:0:MaxConcurrentHolders", "2"));
        fixture.Add("a");
        fixture.Add("b");
        var users = 0;
        await Task.WhenAll(Task.Run(() => UseAsync("a", "b")), Task.Run(() => UseAsync("b", "a")), Task.Run(() => UseAsync("b", "a")));
        Assert.Equal((0, 0), (fixture.DeviceState().Holders, fixture.DeviceState().QueueLength));

        async Task UseAsync(params string[] ids)
        {
            for (var round = 0; round < 300; round++)
            {
                await using var scope = fixture.Manager.CreateScope();
                await fixture.Manager.AcquireAllAsync([.. ids.Select(scope.CreateLease<FakeModel>)]);
                Assert.Equal(1, Interlocked.Increment(ref users));
                Interlocked.Decrement(ref users);
            }
        }
    }

    [Fact]
    public async Task Two_scopes_that_acquire_them_one_by_one_in_opposite_order_get_a_deadlock_exception()
    {
        await using var fixture = new ApplicationFixture(("Devices:fake:0:MaxConcurrentHolders", "2"));
        fixture.Add("a");
        fixture.Add("b");
        await using var first = fixture.Manager.CreateScope();
        await using var second = fixture.Manager.CreateScope();
        await first.CreateLease<FakeModel>("a").AcquireAsync();
        await second.CreateLease<FakeModel>("b").AcquireAsync();
        var waiting = first.CreateLease<FakeModel>("b").AcquireAsync().AsTask();
        var exception = await Assert.ThrowsAsync<LeaseDeadlockException>(
            async () => await second.CreateLease<FakeModel>("a").AcquireAsync());
        Assert.Contains("the holder of 'b' waits for 'a'; the holder of 'a' waits for 'b'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("AcquireAllAsync", exception.Message, StringComparison.Ordinal);
        await second.DisposeAsync();
        await waiting;
    }

    [Fact]
    public async Task A_holder_that_requests_more_goes_before_requests_without_leases()
    {
        await using var fixture = new ApplicationFixture();
        foreach (var id in (string[])["a", "b"])
            fixture.Add(id);
        await using var scope = fixture.Manager.CreateScope();
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
        var waiting = fixture.FetchAsync("b", new AcquireOptions { Priority = LeasePriority.High });
        await fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("b")]);
        Assert.False(waiting.IsCompleted);
        await scope.DisposeAsync();
        (await waiting).Dispose();
    }
}

using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>A holder of several leases, with or without a dependency-injection scope.</summary>
public sealed class ModelLeaseScopeTests
{
    [Fact]
    public async Task Leases_are_created_unacquired_and_nothing_is_loaded()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("b");
        Assert.Equal(("b", LeaseState.Pending, ModelResidency.Registered), (lease.ModelId, lease.State, fixture["b"].Residency));
        Assert.Equal("a", scope.CreateLease<FakeModel>().ModelId);
    }

    [Fact]
    public async Task Its_leases_have_one_holder_and_do_not_wait_for_each_other()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
        await scope.CreateLease<FakeModel>("b").AcquireAsync();
        await scope.CreateLease<FakeModel>("b").AcquireAsync();
        Assert.Equal((1, 1), (fixture.DeviceState().Holders, fixture["b"].ActiveLeases));
        await using var other = fixture.Manager.CreateScope();
        var waiting = other.CreateLease<FakeModel>("a").AcquireAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        await scope.DisposeAsync();
        await waiting;
    }

    [Fact]
    public async Task All_its_leases_including_injected_ones_are_acquired_together()
    {
        await using var fixture = Create();
        await using var services = fixture.Services.CreateAsyncScope();
        var scope = services.ServiceProvider.GetRequiredService<IModelLeaseScope>();
        await scope.AcquireAllAsync();
        IModelLease[] leases =
        [
            services.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>(),
            services.ServiceProvider.GetRequiredKeyedService<IModelLease<FakeModel>>("b"), scope.CreateLease<FakeModel>("b"),
        ];
        var held = await fixture.FetchAsync("b");
        var all = scope.AcquireAllAsync(new() { Priority = LeasePriority.High }).AsTask();
        Assert.Equal((false, 0), (all.IsCompleted, fixture["a"].ActiveLeases));
        held.Dispose();
        await all;
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Held, lease.State));
        leases[0].Dispose();
        await scope.AcquireAllAsync();
        Assert.Equal(LeaseState.Released, leases[0].State);
        await scope.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => scope.AcquireAllAsync().AsTask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_disposal_releases_the_leases_and_ends_their_waits(bool isAsync)
    {
        await using var fixture = Create();
        var scope = fixture.Manager.CreateScope();
        await using var other = fixture.Manager.CreateScope();
        var held = scope.CreateLease<FakeModel>("a");
        await held.AcquireAsync();
        var waiter = other.CreateLease<FakeModel>("a");
        var waiting = waiter.AcquireAsync().AsTask();
        await EndAsync(other, isAsync);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await EndAsync(scope, isAsync);
        await EndAsync(scope, isAsync);
        Assert.Equal((LeaseState.Released, LeaseState.Released, 0), (held.State, waiter.State, fixture.DeviceState().Holders));
    }

    [Fact]
    public async Task It_creates_no_lease_after_its_disposal_or_for_an_unknown_model()
    {
        await using var fixture = Create();
        var scope = fixture.Manager.CreateScope();
        Assert.Throws<UnknownModelException>(() => scope.CreateLease<FakeModel>("c"));
        Assert.Throws<UnknownModelException>(() => scope.CreateLease<string>("a"));
        scope.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scope.CreateLease<FakeModel>("a"));
    }

    [Fact]
    public async Task A_lease_disposed_before_the_scope_releases_its_model_immediately()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        await lease.AcquireAsync();
        lease.Dispose();
        await fixture.UseAsync("a");
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
        Assert.Equal(1, fixture["a"].ActiveLeases);
    }

    [Fact]
    public async Task Two_callers_of_one_lease_that_time_out_together_both_get_the_exception()
    {
        await using var fixture = Create();
        await using var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        for (var round = 0; round < 50; round++)
        {
            Task[] waits = [lease.AcquireAsync().AsTask(), lease.AcquireAsync().AsTask()];
            fixture.Time.Advance(TimeSpan.FromSeconds(31));
            foreach (var wait in waits)
                await Assert.ThrowsAsync<LeaseTimeoutException>(() => wait);
        }
    }

    [Fact]
    public async Task The_container_s_scope_is_the_same_holder_as_the_leases_it_injects()
    {
        await using var fixture = Create();
        await using var services = fixture.Services.CreateAsyncScope();
        var injected = services.ServiceProvider.GetRequiredKeyedService<IModelLease<FakeModel>>("a");
        var created = services.ServiceProvider.GetRequiredService<IModelLeaseScope>().CreateLease<FakeModel>("b");
        await fixture.Manager.AcquireAllAsync([injected, created]);
        Assert.Equal(1, fixture.DeviceState().Holders);
        await services.DisposeAsync();
        Assert.Equal((LeaseState.Released, LeaseState.Released), (injected.State, created.State));
    }

    private static async Task EndAsync(IModelLeaseScope scope, bool isAsync)
    {
        if (isAsync)
            await scope.DisposeAsync();
        else
            scope.Dispose();
    }

    private static ApplicationFixture Create()
    {
        var fixture = new ApplicationFixture();
        fixture.Add("a");
        fixture.Add("b");
        return fixture;
    }
}

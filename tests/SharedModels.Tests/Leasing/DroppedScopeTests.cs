using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>A scope or a fetch that is dropped does not keep its leases alive.</summary>
public sealed class DroppedScopeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lease_of_a_dropped_container_scope_is_found(bool fromContainer)
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await fixture.UseAsync("a");
        if (fromContainer)
            DropScopeOfContainer(fixture);
        else
            DropScopeOfManager(fixture);
        Assert.Equal(1, fixture["a"].ActiveLeases);
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0, CollectGarbage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fetch_that_is_dropped_while_it_waits_is_found(bool hasToken)
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        using var application = new CancellationTokenSource();
        var held = await fixture.FetchElsewhereAsync("a");
        DropFetch(fixture, hasToken ? application.Token : default);
        Assert.Equal(1, fixture["a"].QueuedRequests);
        held.Dispose();
        Assert.Equal(1, fixture["a"].ActiveLeases);
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0, CollectGarbage);
        GC.KeepAlive(application);
    }

#pragma warning disable CA2012, MA0134 // Not awaited on purpose: that is what this test checks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropFetch(ManagerFixture fixture, CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            Task.Run(() => _ = fixture.FetchAsync("a", cancellationToken), CancellationToken.None)
                .WaitAsync(TestBound.Wait, CancellationToken.None)
                .GetAwaiter()
                .GetResult();
    }
#pragma warning restore CA2012, MA0134

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropScopeOfContainer(ApplicationFixture fixture)
    {
        var scope = fixture.Services.CreateScope();
        Assert.True(scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>().AcquireAsync().AsTask().IsCompletedSuccessfully);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropScopeOfManager(ApplicationFixture fixture) =>
        Assert.True(fixture.Manager.CreateScope().CreateLease<FakeModel>("a").AcquireAsync().AsTask().IsCompletedSuccessfully);
}

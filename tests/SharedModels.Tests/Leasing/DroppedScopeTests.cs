using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>A scope that is dropped without disposal does not keep its leases alive.</summary>
public sealed class DroppedScopeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lease_of_a_container_s_scope_that_is_dropped_is_found(bool fromContainer)
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await fixture.UseAsync("a");
        if (fromContainer)
            DropScopeOfContainer(fixture);
        else
            DropScopeOfManager(fixture);
        Assert.Equal(1, fixture["a"].ActiveLeases);
        for (var i = 0; i < 50 && fixture["a"].ActiveLeases > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(20);
        }

        Assert.Equal(0, fixture["a"].ActiveLeases);
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

using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.Tests.Coordination;

/// <summary>Effects that the scheduler decides on while it grants a request immediately are carried out, too.</summary>
public sealed class LostEffectTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Effects_of_an_immediate_grant_are_carried_out(bool asGroup)
    {
        await using var fixture = new ApplicationFixture(("Devices:fake:0:MaxConcurrentHolders", "2"), ("Models:m:Device", "Cpu"));
        fixture.Add("a", bytes: 60);
        fixture.Add("z", bytes: 80);
        var c = fixture.Add("c", bytes: 30);
        fixture.Add("m", bytes: 1);
        await fixture.Manager.PreloadAsync("m");

        // X has 60 of 100 bytes and one of two slots; Z waits for 80 bytes and claims the room.
        await using var x = await fixture.FetchAsync("a");
        var z = fixture.FetchAsync("z");
        await fixture.UntilAsync(ModelResidency.OnHost, "z");

        // One scope requests c (30 of the 40 free bytes, behind Z's claim) and, at the same time, the resident CPU model m.
        await using var scope = fixture.Manager.CreateScope();
        var leaseOfC = scope.CreateLease<FakeModel>("c");
        var leaseOfM = scope.CreateLease<FakeModel>("m");
        var waitingForC = leaseOfC.AcquireAsync().AsTask();
        await fixture.UntilAsync(ModelResidency.OnHost, "c");
        Assert.False(waitingForC.IsCompleted);

        // Granted immediately: the scope holds something now, so its wait for c goes first.
        if (asGroup)
            await fixture.Manager.AcquireAllAsync([leaseOfM]);
        else
#pragma warning disable SHM014 // Both belong to one scope, whose leases do not wait for each other.
            await leaseOfM.AcquireAsync();
#pragma warning restore SHM014

        var wasServed = await Condition.EndsAsync(waitingForC);
        var movesBefore = c.Moves;

        // Any unrelated event carries out forgotten effects.
        await fixture.Manager.PreloadAsync("m");
        var isServedAfterwards = await Condition.EndsAsync(waitingForC);
        x.Dispose();
        leaseOfC.Dispose();
        (await z).Dispose();
        Assert.True(
            wasServed,
            $"Lost wake-up: model 'c' was Moving for {Condition.Long}, and ToAsync was called {movesBefore} times; after an unrelated "
            + $"call: served {isServedAfterwards}.");
    }
}

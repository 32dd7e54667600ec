using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Preloaded models are reloaded without a request, and without a cost for other requests.</summary>
public sealed class KeepPreloadedTests
{
    [Fact]
    public async Task A_drain_ends_even_if_a_preloaded_model_has_no_room()
    {
        await using var fixture = await StartTwoThatDoNotFitAsync();
        await fixture.Manager.DrainAsync().WaitAsync(TestBound.Wait);
    }

    [Fact]
    public async Task TryAcquire_gets_an_idle_model_even_if_a_preloaded_model_has_no_room()
    {
        await using var fixture = await StartTwoThatDoNotFitAsync();
        var there = fixture["a"].Residency == ModelResidency.OnDevice ? "a" : "b";
        using var scope = fixture.Manager.CreateScope();
        Assert.True(scope.CreateLease<FakeModel>(there).TryAcquire());
    }

    [Fact]
    public async Task A_preloaded_model_that_is_added_later_is_moved_to_its_device()
    {
        await using var fixture = new ManagerFixture(static options => options.Models["late"] = new() { Preload = true });
        await fixture.Manager.StartAsync(CancellationToken.None);
        fixture.Add("late");
        await Condition.UntilAsync(
            () => fixture["late"].Residency == ModelResidency.OnDevice, () => fixture.Time.Advance(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task The_error_of_a_preload_is_cleared_once_the_model_has_worked()
    {
        await using var fixture = new ManagerFixture(static options => options.Models["a"] = new() { Preload = true });
        var script = fixture.Add("a");
        script.Load.FailWith(new InvalidOperationException("not yet"));
        await fixture.Manager.StartAsync(CancellationToken.None);
        Assert.NotNull(fixture["a"].Error);
        script.Load.FailWith(null);
        await Condition.UntilAsync(
            () => fixture["a"].Residency == ModelResidency.OnDevice, () => fixture.Time.Advance(TimeSpan.FromSeconds(2)));
        Assert.Null(fixture["a"].Error);
        await fixture.Manager.EvictAsync("a");
        Assert.Null(fixture["a"].Error);
    }

    [Fact]
    public async Task A_preloaded_model_stays_when_the_setting_is_removed()
    {
        await using var fixture = new ManagerFixture(static options =>
            options.Models["a"] = new() { Preload = true, KeepAlive = TimeSpan.FromMinutes(1) });
        fixture.Add("a");
        await fixture.Manager.StartAsync(CancellationToken.None);
        var changed = new SharedModelsOptions();
        changed.Models["a"] = new() { KeepAlive = TimeSpan.FromMinutes(1) };
        fixture.Manager.Configure(changed);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((ModelResidency.OnDevice, 0L), (fixture["a"].Residency, fixture["a"].Evictions));
    }

    /// <summary>One model is on the device. The request that should reload the other one waits for room in vain.</summary>
    private static async Task<ManagerFixture> StartTwoThatDoNotFitAsync()
    {
        var fixture = new ManagerFixture(static options => options.Models["a"] = options.Models["b"] = new() { Preload = true });
        fixture.Add("a", bytes: 60);
        fixture.Add("b", bytes: 60);
        await fixture.Manager.StartAsync(CancellationToken.None);
        await Condition.UntilAsync(
            () => fixture.Manager.WaitingPreloads == 1, () => fixture.Time.Advance(TimeSpan.FromSeconds(2)));
        return fixture;
    }
}

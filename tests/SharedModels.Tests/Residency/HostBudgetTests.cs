using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>The host's memory is a budget, which a model takes wherever it runs.</summary>
public sealed class HostBudgetTests
{
    [Fact]
    public async Task The_host_s_copy_of_an_accelerator_s_model_counts()
    {
        await using var fixture = Create("100");
        await fixture.UseAsync("a");
        Assert.Equal((40, 40, 100), (fixture.Books().UsedBytes, fixture.Host.UsedBytes, fixture.Host.BudgetBytes));
        await fixture.Manager.EvictAsync("a");
        Assert.Equal((0, 40), (fixture.Books().UsedBytes, fixture.Host.UsedBytes));
    }

    [Fact]
    public async Task A_model_that_was_evicted_is_unloaded_for_the_room()
    {
        await using var fixture = Create("100");
        await fixture.UseAsync("a", "b");
        await fixture.Manager.EvictAsync("a");
        await fixture.Manager.EvictAsync("b");
        await fixture.UseAsync("c");
        await Condition.UntilAsync(() => fixture.Host.UsedBytes == 80);
        Assert.Equal([ModelResidency.Registered, ModelResidency.OnHost], new[] { fixture["a"].Residency, fixture["b"].Residency }.Order());
    }

    [Fact]
    public async Task An_idle_model_on_an_accelerator_is_taken_off_it_and_unloaded_for_the_room()
    {
        await using var fixture = Create("100");
        await fixture.UseAsync("a", "b", "c");
        await Condition.UntilAsync(() => fixture.Host.UsedBytes == 80);
        Assert.Equal(1, new[] { "a", "b" }.Count(id => fixture[id].Residency == ModelResidency.Registered));
        Assert.Single(fixture.Metrics["sharedmodels.model.evictions"]);
        Assert.EndsWith("reason=room", fixture.Metrics["sharedmodels.model.evictions"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_in_use_stays_and_one_that_turns_out_too_large_waits_for_its_room()
    {
        await using var fixture = Create("100", ("Devices:fake:0:MaxConcurrentHolders", "3"));
        var first = await fixture.FetchAsync("a");
        using var second = await fixture.FetchAsync("b");
        var third = fixture.FetchAsync("c");
        await Condition.UntilAsync(() => fixture["c"].Loads == 1 && fixture.Host.UsedBytes == 80);
        Assert.Equal((ModelResidency.Registered, ModelResidency.OnDevice, ModelResidency.OnDevice), (fixture["c"].Residency, fixture["a"].Residency, fixture["b"].Residency));
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
        Assert.Equal((ModelResidency.Registered, ModelResidency.OnDevice, 80), (fixture["a"].Residency, fixture["b"].Residency, fixture.Host.UsedBytes));
    }

    [Fact]
    public async Task One_that_turns_out_too_large_ousts_an_idle_one_once_that_is_free()
    {
        await using var fixture = Create("100");
        await using var scope = fixture.Manager.CreateScope();
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
        fixture.Change(("Devices:cpu:MemoryBudget", "70"));
        var preload = fixture.Manager.PreloadAsync("b").AsTask();
        await Condition.UntilAsync(() => fixture["b"].Loads == 1 && fixture.Host.UsedBytes == 40);
        await scope.DisposeAsync();
        await preload;
        await Condition.UntilAsync(() => fixture["a"].Residency == ModelResidency.Registered);
    }

    [Fact]
    public async Task A_model_whose_size_is_known_and_can_never_fit_is_refused_with_both_figures()
    {
        await using var fixture = Create("30");
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("on-cpu"));
        Assert.Equal((Device.Cpu, 40, 30), (exception.Device, exception.RequiredBytes, exception.BudgetBytes));
        Assert.Contains("Raise SharedModels:Devices:cpu:MemoryBudget", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_that_were_given_as_objects_cannot_make_room()
    {
        await using var fixture = Create("100");
        fixture.Manager.Add(new FakeModel(70, accelerator: fixture.Accelerator), "given");
        await fixture.UseAsync("given");
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("a"));
        Assert.Equal((Device.Cpu, 110, 100), (exception.Device, exception.RequiredBytes, exception.BudgetBytes));
        await Condition.UntilAsync(() => fixture.Host.UsedBytes == 70);
        Assert.Equal(ModelResidency.OnDevice, fixture["given"].Residency);
    }

    [Fact]
    public async Task Models_on_the_CPU_and_host_copies_share_the_budget()
    {
        await using var fixture = Create("100");
        await fixture.UseAsync("on-cpu", "a", "b");
        await Condition.UntilAsync(() => fixture.Host.UsedBytes == 80);
        Assert.Equal(ModelResidency.OnDevice, fixture["b"].Residency);
    }

    private static ApplicationFixture Create(string hostBudget, params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(memoryBytes: 1000, devices: 1, [("Devices:cpu:MemoryBudget", hostBudget), .. settings]);
        foreach (var id in (string[])["a", "b", "c"])
            fixture.Add(id, bytes: 40);
        fixture.Add("on-cpu", bytes: 40, configure: static options => options.Device = DevicePreference.Cpu);
        return fixture;
    }
}

using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Host memory has a budget, which models use wherever they run.</summary>
public sealed class HostBudgetTests
{
    [Fact]
    public async Task The_host_copy_of_a_model_on_an_accelerator_counts()
    {
        await using var fixture = Create("100");
        await fixture.UseAsync("a");
        Assert.Equal((40, 40, 100), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes, fixture.Host.BudgetBytes));
        await fixture.Manager.EvictAsync("a");
        Assert.Equal((0, 40), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
    }

    [Fact]
    public async Task An_evicted_model_is_unloaded_to_make_room()
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
    public async Task An_idle_model_on_an_accelerator_is_evicted_and_unloaded_to_make_room()
    {
        await using var fixture = Create("100");
        await fixture.UseAsync("a", "b", "c");
        await Condition.UntilAsync(() => fixture.Host.UsedBytes == 80);
        Assert.Equal(1, new[] { "a", "b" }.Count(id => fixture[id].Residency == ModelResidency.Registered));
        Assert.Single(fixture.Metrics["sharedmodels.model.evictions"]);
        Assert.EndsWith("reason=room", fixture.Metrics["sharedmodels.model.evictions"][0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_waits_for_the_room_that_it_expects_to_need_before_it_is_loaded()
    {
        await using var fixture = Create("100", ("Devices:fake:0:MaxConcurrentHolders", "3"));
        var first = await fixture.FetchAsync("a");
        using var second = await fixture.FetchAsync("b");
        var third = fixture.FetchAsync("c");
        await Condition.UntilAsync(() => fixture["c"].Footprint.HostBytes == 40);
        Assert.Equal((ModelResidency.Registered, 0L, 80L), (fixture["c"].Residency, fixture["c"].Loads, fixture.Host.UsedBytes));
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
        Assert.Equal(
            (ModelResidency.Registered, ModelResidency.OnDevice, 80),
            (fixture["a"].Residency, fixture["b"].Residency, fixture.Host.UsedBytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task A_model_that_turns_out_larger_than_its_estimate_waits_for_room_again(long estimate)
    {
        await using var fixture = Create("100", ("Devices:fake:0:MaxConcurrentHolders", "3"));
        var loads = 0;
        fixture.Add<ISharedModel>("large", _ => new ScriptedModel
        {
            Estimate = new(estimate),
            OnFootprint = static () => new(40, 40),
            OnLoad = _ =>
            {
                loads++;
                return Task.CompletedTask;
            },
        });
        var first = await fixture.FetchAsync("a");
        using var second = await fixture.FetchAsync("b");
        var third = fixture.Manager.FetchModelAsync("large", CancellationToken.None).AsTask();
        await Condition.UntilAsync(() => Volatile.Read(ref loads) == 1 && fixture["large"].Residency == ModelResidency.Registered);
        Assert.Equal(80, fixture.Host.UsedBytes);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
        Assert.True(fixture.Host.UsedBytes <= 100);
    }

    [Fact]
    public async Task A_model_whose_known_size_can_never_fit_is_rejected_with_both_figures()
    {
        await using var fixture = Create("30");
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("on-cpu"));
        Assert.Equal((Device.Cpu, 40, 30), (exception.Device, exception.RequiredBytes, exception.BudgetBytes));
        Assert.Contains("Raise SharedModels:Devices:cpu:MemoryBudget", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_given_as_objects_cannot_make_room()
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

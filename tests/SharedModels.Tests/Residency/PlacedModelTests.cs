using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Models that cannot move, because they are made for their device.</summary>
public sealed class PlacedModelTests
{
    private static readonly (string Key, string Value) Fallback = ("Leasing:CpuFallback", "true");

    private readonly List<string> _calls = [];

    [Fact]
    public async Task On_an_accelerator_the_model_is_placed_removed_and_placed_again_without_a_new_load()
    {
        await using var fixture = Create(new ApplicationFixture());
        await UseAsync(fixture);
        Assert.Equal((40, 2), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
        await fixture.Manager.EvictAsync("placed");
        Assert.Equal((ModelResidency.OnHost, 0), (fixture["placed"].Residency, fixture.DeviceState().UsedBytes));
        await UseAsync(fixture);
        Assert.Equal(["place on fake:0", "remove from fake:0", "place on fake:0"], _calls);
        Assert.Equal(1, fixture["placed"].Loads);
    }

    [Fact]
    public async Task On_the_CPU_the_model_is_placed_by_its_load_and_disposed_by_its_eviction()
    {
        await using var fixture = Create(new ApplicationFixture(100, devices: 0));
        await UseAsync(fixture);
        Assert.Equal((ModelResidency.OnDevice, 40), (fixture["placed"].Residency, fixture.Host.UsedBytes));
        await fixture.Manager.EvictAsync("placed");
        Assert.Equal((ModelResidency.Registered, 0), (fixture["placed"].Residency, fixture.Host.UsedBytes));
        Assert.Equal(["place on cpu", "remove from cpu", "dispose"], _calls);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(20)]
    public async Task The_budget_counts_what_the_model_takes_once_it_is_placed(long measured)
    {
        await using var fixture = Create(new ApplicationFixture(), measured);
        await UseAsync(fixture);
        Assert.Equal((measured, 2), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
        Assert.Equal(new ModelFootprint(2, measured), fixture["placed"].Footprint);
        Assert.Equal([$"{measured} model=placed device=fake:0 direction=to_device"], fixture.Metrics["sharedmodels.model.transfer.size"]);
        await fixture.Manager.EvictAsync("placed");
        Assert.Equal(0, fixture.DeviceState().UsedBytes);
    }

    [Fact]
    public async Task Other_models_are_evicted_if_the_model_turns_out_larger_than_its_estimate()
    {
        await using var fixture = Create(new ApplicationFixture(), measured: 90);
        fixture.Add("other", bytes: 60);
        await fixture.UseAsync("other");
        await UseAsync(fixture);
        await Condition.UntilAsync(() => fixture.DeviceState().UsedBytes == 90);
        Assert.Equal(ModelResidency.OnHost, fixture["other"].Residency);
    }

    [Fact]
    public async Task A_model_that_turns_out_too_large_is_rejected_with_the_measured_bytes()
    {
        await using var fixture = Create(new ApplicationFixture(), measured: 120);
        _ = await Record.ExceptionAsync(() => UseAsync(fixture));
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => UseAsync(fixture));
        Assert.Equal((120, 100), (exception.RequiredBytes, exception.BudgetBytes));
        await Condition.UntilAsync(() => fixture.DeviceState().UsedBytes == 0);
    }

    [Fact]
    public async Task After_a_loss_the_model_is_made_again_for_the_CPU_and_later_for_the_accelerator()
    {
        await using var fixture = Create(new ApplicationFixture(Fallback));
        await UseAsync(fixture);
        fixture.Accelerator.Lose();
        var onCpu = await FetchAsync(fixture);
        Assert.Equal((Device.Cpu, Device.Cpu), (onCpu.Device, onCpu.Model.PlacedOn));
        Assert.Equal((0, 40), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
        fixture.Accelerator.Return();
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        onCpu.Dispose();
        await using var lease = await FetchAsync(fixture);
        Assert.Equal((FakeAccelerator.Device, FakeAccelerator.Device), (lease.Device, lease.Model.PlacedOn));
        Assert.Equal((40, 2), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
        Assert.Equal(
            [
                "place on fake:0", "remove from fake:0", "remove from nowhere", "dispose", "place on cpu", "remove from cpu", "dispose",
                "place on fake:0",
            ],
            _calls);
    }

    [Fact]
    public async Task Another_accelerator_gets_a_new_model()
    {
        await using var fixture = Create(new ApplicationFixture(100, devices: 2));
        await UseAsync(fixture);
        fixture.Accelerator.Lose(FakeAccelerator.Device);
        await using var lease = await FetchAsync(fixture);
        Assert.Equal(fixture.Accelerator[1].Device, lease.Model.PlacedOn);
        Assert.Equal(2, fixture["placed"].Loads);
    }

    [Fact]
    public async Task A_placement_that_runs_out_of_memory_is_tried_once_more_with_the_same_object()
    {
        await using var fixture = Create(new ApplicationFixture());
        fixture.Accelerator[0].FailMoves(1);
        await UseAsync(fixture);
        Assert.Equal(["place on fake:0", "place on fake:0"], _calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_placement_that_fails_removes_and_disposes_the_object(int devices)
    {
        var cause = new IOException("The graph is damaged.");
        await using var fixture = Create(new ApplicationFixture(100, devices), failure: cause);
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => UseAsync(fixture));
        Assert.Same(cause, exception.InnerException);
        Assert.Equal([$"place on {(devices == 0 ? "cpu" : "fake:0")}", "remove from nowhere", "dispose"], _calls);
        Assert.Equal((0, 0), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
    }

    [Fact]
    public async Task The_footprint_is_checked_when_it_is_read_again()
    {
        await using var fixture = Create(new ApplicationFixture(), measured: -1);
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => UseAsync(fixture));
        Assert.Contains("The model's FootprintOn is ", exception.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_footprint_cannot_be_read_is_removed_and_placed_again()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add(
            "placed", _ => new FakePlacedModel(fixture.Accelerator, _calls) { FootprintFailure = new DeviceOutOfMemoryException() });
        await UseAsync(fixture);
        Assert.Equal(["place on fake:0", "remove from fake:0", "place on fake:0"], _calls);
    }

    [Fact]
    public async Task An_object_cannot_be_added_because_it_could_not_be_made_again()
    {
        await using var manager = new SharedModelManager();
        using var model = new FakePlacedModel(new(100), _calls);
        var exception = Assert.Throws<ArgumentException>(() => manager.Add(model, "placed"));
        Assert.Contains("Add it with a factory", exception.Message, StringComparison.Ordinal);
        Assert.Empty(manager.GetSnapshot().Models);
    }

    [Fact]
    public async Task Code_that_knows_only_shared_models_can_place_and_remove_the_model()
    {
        using var model = new FakePlacedModel(new(100), _calls);
        var shared = Assert.IsAssignableFrom<ISharedModel>(model);
        await shared.LoadAsync(CancellationToken.None);
        await shared.ToAsync(FakeAccelerator.Device, CancellationToken.None);
        Assert.Equal((new ModelFootprint(40), FakeAccelerator.Device), (shared.Footprint, model.PlacedOn));
        await shared.ToAsync(Device.Cpu, CancellationToken.None);
        Assert.Null(model.PlacedOn);
    }

    private ApplicationFixture Create(ApplicationFixture fixture, long measured = 40, Exception? failure = null)
    {
        fixture.Add("placed", _ => new FakePlacedModel(fixture.Accelerator, _calls) { MeasuredBytes = measured, Failure = failure });
        return fixture;
    }

    private static async Task<IModelLease<FakePlacedModel>> FetchAsync(ApplicationFixture fixture) =>
        await fixture.Manager.FetchModelAsync<FakePlacedModel>("placed");

    private static async Task UseAsync(ApplicationFixture fixture) => await (await FetchAsync(fixture)).DisposeAsync();
}

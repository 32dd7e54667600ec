using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Tests;

public sealed class SharedModelManagerTests
{
    [Fact]
    public async Task Add_loads_nothing_and_the_first_fetch_loads_then_moves()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        Assert.Equal(ModelResidency.Registered, fixture["a"].Residency);
        await using (var lease = await fixture.FetchAsync("a"))
        {
            Assert.Equal((1, 1), (script.Loads, script.Moves));
            Assert.Equal(FakeAccelerator.Device, lease.Device);
            Assert.Equal(FakeAccelerator.Device, lease.Model.Device);
            Assert.Equal((ModelResidency.OnDevice, 1), (fixture["a"].Residency, fixture["a"].ActiveLeases));
        }

        await using var again = await fixture.FetchAsync("a");
        Assert.Equal((1, 1), (script.Loads, script.Moves));
    }

    [Fact]
    public async Task Registering_twice_logs_and_returns_the_same_id()
    {
        await using var fixture = new ManagerFixture();
        var first = new FakeModel();
        Assert.Equal("FakeModel", fixture.Manager.Add(first));
        Assert.Equal("FakeModel", fixture.Manager.Add(first));
        Assert.Contains(fixture.Log.GetSnapshot(), line =>
            line.Level == LogLevel.Warning && line.Message.Contains("'FakeModel' is already registered", StringComparison.Ordinal));
        await using var lease = await fixture.Manager.FetchModelAsync<FakeModel>();
        Assert.Same(first, lease.Model);
    }

    [Fact]
    public async Task The_attribute_sets_the_id_and_the_settings()
    {
        await using var fixture = new ManagerFixture();
        Assert.Equal("marked", fixture.Manager.Add(new MarkedModel()));
        await using var lease = await fixture.Manager.FetchModelAsync<MarkedModel>();
        Assert.Equal(Device.Cpu, lease.Device);
    }

    [Fact]
    public async Task An_unknown_id_throws_with_the_known_ids()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("owlv2");
        fixture.Add("qr-reader");
        var exception = await Assert.ThrowsAsync<UnknownModelException>(async () => await fixture.Manager.FetchModelAsync("owlv3"));
        Assert.Equal("No model has the id 'owlv3'. The registered models are 'owlv2', 'qr-reader'.", exception.Message);
        Assert.Equal("owlv3", exception.ModelId);
    }

    [Fact]
    public async Task An_empty_manager_says_how_to_register()
    {
        await using var manager = new SharedModelManager();
        var exception = await Assert.ThrowsAsync<UnknownModelException>(async () => await manager.FetchModelAsync<FakeModel>());
        Assert.Contains("[SharedModel]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_another_class_is_not_returned()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var exception = await Assert.ThrowsAsync<UnknownModelException>(
            async () => await fixture.Manager.FetchModelAsync<MarkedModel>("a"));
        Assert.Contains("FakeModel", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_fetched_by_id_by_its_class_or_by_a_base_class()
    {
        await using var fixture = new ManagerFixture();
        fixture.Manager.Add(new MarkedModel());
        await using (var byId = await fixture.Manager.FetchModelAsync("marked"))
            Assert.IsType<MarkedModel>(byId.Model);
        await using var byBase = await fixture.Manager.FetchModelAsync<FakeModel>();
        Assert.IsType<MarkedModel>(byBase.Model);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    public async Task An_id_that_is_invalid_in_keys_and_urls_is_rejected(string id)
    {
        await using var manager = new SharedModelManager();
        Assert.Contains(
            $"'{id}' is not a model id",
            Assert.Throws<ArgumentException>(() => manager.Add(new FakeModel(), id)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_id_for_two_classes_is_rejected()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        Assert.Contains(
            "'a' is already used by",
            Assert.Throws<ArgumentException>(() => fixture.Manager.Add(new MarkedModel(), "a")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_that_does_not_implement_ISharedModel_runs_on_the_cpu_as_it_is()
    {
        await using var fixture = new ManagerFixture();
        fixture.Manager.Add(new List<int> { 7 }, "numbers");
        await using var lease = await fixture.Manager.FetchModelAsync<List<int>>();
        Assert.Equal(Device.Cpu, lease.Device);
        Assert.Equal(7, await lease.InvokeAsync(numbers => numbers[0]));
    }

    [Fact]
    public async Task A_model_that_requires_an_accelerator_fails_with_a_message_if_there_is_none()
    {
        await using var manager = new SharedModelManager(new() { Models = { ["a"] = new() { Device = DevicePreference.Accelerator } } });
        manager.Add(new FakeModel(), "a");
        var exception = await Assert.ThrowsAsync<ModelLeaseException>(async () => await manager.FetchModelAsync("a"));
        Assert.Contains("SharedModels:Models:a:Device", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Room_is_made_by_evicting_an_idle_model()
    {
        await using var fixture = new ManagerFixture(memoryBytes: 15);
        var first = fixture.Add("first");
        fixture.Add("second");
        await (await fixture.FetchAsync("first")).DisposeAsync();
        await using var lease = await fixture.FetchAsync("second");
        Assert.Equal((ModelResidency.OnHost, 1L), (fixture["first"].Residency, fixture["first"].Evictions));
        Assert.Equal(2, first.Moves);
        Assert.Equal(10, fixture.Accelerator.UsedBytes);
    }

    [Fact]
    public async Task A_model_that_can_never_fit_is_rejected_with_both_figures()
    {
        await using var fixture = new ManagerFixture(memoryBytes: 9);
        fixture.Add("a");
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(async () => await fixture.FetchAsync("a"));
        Assert.Equal((10, 9), (exception.RequiredBytes, exception.BudgetBytes));
        Assert.Contains("SharedModels:Devices:fake:0:MemoryBudget", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evict_frees_an_idle_model_and_rejects_a_leased_one()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await fixture.Manager.EvictAsync("a");
        var lease = await fixture.FetchAsync("a");
        var exception = await Assert.ThrowsAsync<ModelInUseException>(async () => await fixture.Manager.EvictAsync("a"));
        Assert.Contains("1 holder and", exception.Message, StringComparison.Ordinal);
        lease.Dispose();
        await fixture.Manager.EvictAsync("a");
        Assert.Equal(ModelResidency.OnHost, fixture["a"].Residency);
    }

    [Fact]
    public async Task Two_callers_of_evict_wait_for_the_same_eviction()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        await fixture.Manager.PreloadAsync("a");
        script.Move.Close();
        var first = fixture.Manager.EvictAsync("a").AsTask();
        await script.Move.Arrived;
        var second = fixture.Manager.EvictAsync("a").AsTask();
        Assert.False(first.IsCompleted || second.IsCompleted);
        script.Move.Open();
        await Task.WhenAll(first, second);
        Assert.Equal(ModelResidency.OnHost, fixture["a"].Residency);
    }

    [Fact]
    public async Task Preload_moves_the_model_to_its_device_and_a_canceled_preload_lets_the_load_continue()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        script.Load.Close();
        using var cancellation = new CancellationTokenSource();
        var preload = fixture.Manager.PreloadAsync("a", cancellation.Token).AsTask();
        await script.Load.Arrived;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => preload);
        var again = fixture.Manager.PreloadAsync("a").AsTask();
        script.Load.Open();
        await again;
        Assert.Equal(1, script.Loads);
        Assert.Equal(ModelResidency.OnDevice, fixture["a"].Residency);
        await fixture.Manager.PreloadAsync("a");
    }

    [Fact]
    public async Task A_failed_load_reaches_all_waiting_requests_and_is_retried_after_the_back_off()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        fixture.Add("b");
        script.Load.FailWith(new InvalidDataException("The file is torn."));
        var exceptions = new List<ModelLoadException>();
        for (var i = 0; i < 2; i++)
            exceptions.Add(await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.FetchAsync("a")));
        Assert.All(exceptions, exception => Assert.Equal("The file is torn.", exception.InnerException!.Message));
        Assert.Equal(1, script.Loads);
        Assert.Equal("The file is torn.", fixture["a"].Error);
        await (await fixture.FetchAsync("b")).DisposeAsync();

        script.Load.FailWith(null);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await using var lease = await fixture.FetchAsync("a");
        Assert.Null(fixture["a"].Error);
    }

    [Fact]
    public async Task A_load_that_hangs_fails_at_its_timeout_and_other_models_continue()
    {
        await using var fixture = new ManagerFixture(options =>
        {
            options.Leasing.LoadTimeout = TimeSpan.FromMinutes(1);
            options.Leasing.AcquireTimeout = Timeout.InfiniteTimeSpan;
        });
        var script = fixture.Add("a");
        fixture.Add("b");
        script.IgnoresTokens = true;
        script.Load.Close();
        var fetch = fixture.FetchAsync("a").AsTask();
        await script.Load.Arrived;
        await (await fixture.FetchAsync("b")).DisposeAsync();
        await fixture.Time.AdvanceUntilAsync(fetch, TimeSpan.FromMinutes(1));
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        Assert.Contains("SharedModels:Leasing:LoadTimeout", exception.Message, StringComparison.Ordinal);
        Assert.Equal(ModelResidency.Faulted, fixture["a"].Residency);

        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        exception = await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.FetchAsync("a"));
        Assert.Contains("is still running", exception.Message, StringComparison.Ordinal);
        script.Load.Open();
    }

    [Fact]
    public async Task Disposal_disposes_every_model_once_loaded_or_not()
    {
        var fixture = new ManagerFixture();
        var loaded = fixture.Add("loaded");
        var neverLoaded = fixture.Add("never-loaded");
        await (await fixture.FetchAsync("loaded")).DisposeAsync();
        await fixture.DisposeAsync();
        await fixture.DisposeAsync();
        Assert.Equal((1, 1), (loaded.Disposals, neverLoaded.Disposals));
        await Assert.ThrowsAsync<ManagerShuttingDownException>(async () => await fixture.FetchAsync("loaded"));
    }

    [Fact]
    public async Task A_model_that_throws_on_disposal_is_logged_and_stops_nothing()
    {
        var fixture = new ManagerFixture();
        fixture.Manager.Add(new BadlyEndingModel());
        var other = fixture.Add("other");
        await fixture.Manager.PreloadAsync(nameof(BadlyEndingModel));
        await fixture.Manager.PreloadAsync("other");
        await fixture.DisposeAsync();
        Assert.Equal(1, other.Disposals);
        Assert.Contains(fixture.Log.GetSnapshot(), line =>
            line.Level == LogLevel.Error
                && line.Message.Contains("threw an exception while it was canceled or disposed", StringComparison.Ordinal));
    }

    [SharedModel("marked", Device = DevicePreference.Cpu)]
    private sealed class MarkedModel : FakeModel;

    private sealed class BadlyEndingModel : FakeModel
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            throw new InvalidOperationException("No.");
        }
    }
}

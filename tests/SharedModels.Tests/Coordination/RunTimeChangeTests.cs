using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.Coordination;

/// <summary>Models that are added and removed while the application runs, and managers that drain.</summary>
public sealed class RunTimeChangeTests
{
    [Fact]
    public async Task A_model_that_is_added_with_a_factory_is_constructed_for_each_load()
    {
        await using var fixture = new ApplicationFixture();
        var constructed = 0;
        fixture.Manager.Add("new", _ =>
        {
            constructed++;
            return new FakeModel(10);
        });
        await fixture.UseAsync("new");
        await fixture.Manager.EvictAsync("new", new EvictOptions { FreeHostMemory = true });
        await fixture.UseAsync("new");
        Assert.Equal((2, 2L), (constructed, fixture["new"].Loads));
    }

    [Fact]
    public async Task A_removed_model_rejects_requests_serves_its_holder_and_is_disposed_afterwards()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        var removal = fixture.Manager.RemoveAsync("a").AsTask();
        await Assert.ThrowsAsync<UnknownModelException>(() => waiting);
        await Assert.ThrowsAsync<UnknownModelException>(() => fixture.FetchAsync("a"));
        Assert.Equal((1, false, 0), (held.Model.Use(), removal.IsCompleted, script.Disposals));
        held.Dispose();
        await removal;
        Assert.Equal((1, 0L, 0L), (script.Disposals, fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
        Assert.DoesNotContain(fixture.Manager.GetSnapshot().Models, static model => model.Id == "a");
    }

    [Fact]
    public async Task The_id_of_a_removed_model_can_be_used_again()
    {
        await using var manager = new SharedModelManager();
        var first = new FakeModel(1);
        manager.Add(first, "a");
        await manager.RemoveAsync("a");
        Assert.True(first.IsDisposed);
        var second = new FakeModel(1);
        manager.Add(second, "a");
        await using var lease = await manager.FetchModelAsync<FakeModel>("a");
        Assert.Same(second, lease.Model);
    }

    [Fact]
    public async Task An_object_cannot_be_two_models()
    {
        await using var manager = new SharedModelManager();
        var model = new FakeModel(1);
        manager.Add(model, "a");
        manager.Add(model, "a");
        var failure = Assert.Throws<ArgumentException>(() => manager.Add(model, "b"));
        Assert.StartsWith("The object is already registered as model 'a'.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_factory_that_returns_nothing_is_a_failed_load()
    {
        await using var manager = new SharedModelManager();
        manager.Add<object>("a", static _ => null!);
        var failure = await Assert.ThrowsAsync<ModelLoadException>(async () => await manager.FetchModelAsync("a"));
        Assert.Equal("The factory of the model returned null.", failure.InnerException?.Message);
    }

    [Fact]
    public async Task An_unknown_priority_is_rejected()
    {
        await using var manager = new SharedModelManager();
        manager.Add(new FakeModel(1), "a");
        Assert.Throws<ArgumentOutOfRangeException>(() => manager.Estimate(["a"], (LeasePriority)(-1)));
    }

    [Fact]
    public async Task A_device_provider_that_was_disposed_first_does_not_keep_the_manager_from_ending()
    {
        var provider = new DisposedProvider();
        var model = new FakeModel(1);
        var manager = new SharedModelManager(null, [provider]);
        manager.Add(model, "a");
        (await manager.FetchModelAsync("a")).Dispose();
        await manager.DisposeAsync().AsTask().WaitAsync(TestBound.Wait);
        Assert.True(model.IsDisposed);
    }

    [Fact]
    public async Task A_draining_manager_serves_waiting_requests_and_frees_everything()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        fixture.Add("b");
        await using var scope = fixture.Manager.CreateScope();
        var held = scope.CreateLease<FakeModel>("a");
        await held.AcquireAsync();
        var waiting = fixture.FetchAsync("a");
        var drain = fixture.Manager.DrainAsync();
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => fixture.FetchAsync("b"));
        await scope.CreateLease<FakeModel>("b").AcquireAsync();
        Assert.False(drain.IsCompleted);
        await scope.DisposeAsync();
        (await waiting).Dispose();
        await drain;
        Assert.Equal((1, 0L), (script.Disposals, fixture.DeviceState().UsedBytes));
    }

    [Fact]
    public async Task An_estimate_contains_residency_arrival_wait_and_rejection()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MaxQueueLength", "1"));
        fixture.Add("a");
        fixture.Add("b");
        Assert.Equal(new(TimeSpan.Zero, TimeSpan.Zero, IsResident: false, WouldBeRejected: false), fixture.Manager.Estimate(["a", "b"]));
        fixture.Accelerator[0].Move.Close();
        var preload = fixture.Manager.PreloadAsync("a").AsTask();
        await fixture.Accelerator[0].Move.Arrived;
        fixture.Time.Advance(TimeSpan.FromSeconds(4));
        fixture.Accelerator[0].Move.Open();
        await preload;
        Assert.True(fixture.Manager.Estimate(["a"]).IsResident);
        await fixture.Manager.EvictAsync("a");
        Assert.Equal(
            (TimeSpan.FromSeconds(4), false), (fixture.Manager.Estimate(["a"]).Arrival, fixture.Manager.Estimate(["a"]).IsResident));
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        Assert.True(fixture.Manager.Estimate(["a"]).WouldBeRejected);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        held.Dispose();
        (await waiting).Dispose();
        Assert.Throws<UnknownModelException>(() => fixture.Manager.Estimate(["nobody"]));
    }

    /// <summary>A provider without devices, whose events can no longer be unsubscribed from.</summary>
    private sealed class DisposedProvider : IDeviceProvider
    {
        public event EventHandler<DeviceLostEventArgs>? DeviceLost
        {
            add { }
            remove => throw new ObjectDisposedException(nameof(DisposedProvider));
        }

        public IReadOnlyList<DeviceInfo> GetDevices() => [];
    }
}

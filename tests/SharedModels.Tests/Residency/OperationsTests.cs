using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Preloads, probes, and the actions of operators.</summary>
public sealed class OperationsTests
{
    [Fact]
    public async Task A_preloaded_model_that_failed_once_is_retried_without_traffic()
    {
        await using var fixture = new ApplicationFixture(("Models:a:Preload", "true"));
        var script = fixture.Add("a");
        script.Load.FailWith(new IOException("The share is not mounted yet."));
        await fixture.Manager.StartAsync(CancellationToken.None);
        script.Load.FailWith(null);
        for (var hour = 0; hour < 24; hour++)
        {
            fixture.Time.Advance(TimeSpan.FromHours(1));
            await Task.Delay(20);
        }

        var entry = await fixture.CheckReadinessAsync();
        Assert.True(
            entry.Status == HealthStatus.Healthy,
            $"A day after a fault of a moment readiness is {entry.Status} ('{entry.Description}'), so that no request comes that would try "
            + $"again; loads begun: {script.Loads}.");
    }

    [Fact]
    public async Task A_preloaded_model_comes_back_when_its_device_does()
    {
        await using var fixture = new ApplicationFixture(("Models:a:Preload", "true"));
        fixture.Add("a");
        await fixture.Manager.StartAsync(CancellationToken.None);
        fixture.Accelerator.Lose();
        fixture.Accelerator.Return();
        await fixture.UntilAsync(ModelResidency.OnHost, "a");
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => fixture.DeviceState().Error is null);
        var isLoaded = await Condition.IsTrueWithinAsync(() => fixture["a"].Residency == ModelResidency.OnDevice, TimeSpan.FromSeconds(3));
        Assert.True(
            isLoaded,
            $"The device is available again, 'a' is {fixture["a"].Residency}, readiness {(await fixture.CheckReadinessAsync()).Status} "
            + "although the preloaded model is not loaded.");
    }

    [Fact]
    public async Task A_missing_preloaded_model_makes_readiness_unhealthy()
    {
        await using var fixture = new ApplicationFixture(("Models:a:Preload", "true"));
        fixture.Add("a");
        await fixture.Manager.StartAsync(CancellationToken.None);
        await fixture.Manager.EvictAsync("a");
        var entry = await fixture.CheckReadinessAsync();
        Assert.Equal((ModelResidency.OnHost, HealthStatus.Unhealthy), (fixture["a"].Residency, entry.Status));
    }

    [Fact]
    public async Task A_probe_that_hangs_is_not_started_again()
    {
        var time = new FakeTimeProvider();
        using var blocked = new ManualResetEventSlim();
        var provider = new HangingProvider(blocked);
        await using var manager = new SharedModelManager(null, [provider], timeProvider: time);
        manager.Add(new FakeModel(1), "a");
        provider.Lose();
        for (var i = 0; i < 20; i++)
        {
            time.Advance(TimeSpan.FromMinutes(6));
            await Task.Delay(60);
        }

        var running = provider.Running;
        blocked.Set();
        Assert.True(running <= 1, $"{running} probes of one device hang at the same time after two hours, each on a thread of the pool.");
    }

    [Fact]
    public async Task EvictAsync_frees_an_object_on_the_CPU_or_says_that_it_cannot()
    {
        await using var manager = new SharedModelManager();
        manager.Add(new FakeModel(10), "a");
        (await manager.FetchModelAsync("a")).Dispose();
        var failure = await Record.ExceptionAsync(async () => await manager.EvictAsync("a"));
        var after = manager.GetSnapshot().Models[0].Residency;
        Assert.True(failure is not null || after == ModelResidency.Registered, $"EvictAsync succeeded, and the model is {after}.");
    }

    [Fact]
    public async Task A_model_that_is_added_after_the_disposal_is_disposed_or_rejected()
    {
        var manager = new SharedModelManager();
        await manager.DisposeAsync();
        var model = new FakeModel(1);
        var failure = Record.Exception(() => manager.Add(model, "late"));
        Assert.True(failure is not null || model.IsDisposed, "Add took ownership of the model, and it will never be disposed.");
    }

    [Fact]
    public async Task A_second_model_with_a_known_id_is_disposed_or_rejected()
    {
        var manager = new SharedModelManager();
        manager.Add(new FakeModel(1), "a");
        var second = new FakeModel(1);
        var failure = Record.Exception(() => manager.Add(second, "a"));
        await manager.DisposeAsync();
        Assert.True(failure is not null || second.IsDisposed, "'The manager owns the instance from now on', and does not dispose it.");
    }

    [Fact]
    public async Task Messages_of_the_loader_for_operators_are_not_sent_to_clients()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a").Load.FailWith(new FileNotFoundException("Could not find file '/srv/secrets/tenant-17/weights.safetensors'."));
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));

        // ModelLeaseProblem, ModelLeaseHubFilter and ModelLeaseStatus pass exception.Message to the client unchanged.
        Assert.DoesNotContain("/srv/secrets", exception.Message, StringComparison.Ordinal);
    }

    private sealed class HangingProvider(ManualResetEventSlim blocked) : IDeviceProvider
    {
        private readonly Device _device = new("fake");
        private int _running;

        public event EventHandler<DeviceLostEventArgs>? DeviceLost;

        public int Running => Volatile.Read(ref _running);

        public IReadOnlyList<DeviceInfo> GetDevices() => [new(_device, "hangs", 100)];

        public void Lose() => DeviceLost?.Invoke(this, new(_device, new IOException("lost")));

        public ValueTask ProbeAsync(Device device, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _running);
            blocked.Wait(CancellationToken.None);
            Interlocked.Decrement(ref _running);
            throw new IOException("still lost");
        }
    }
}

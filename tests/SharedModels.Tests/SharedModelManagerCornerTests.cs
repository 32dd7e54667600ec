using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Testing;
using SharedModels.Tests.Diagnostics;

namespace SharedModels.Tests;

/// <summary>The manager in races, and with user code that misbehaves.</summary>
public sealed class SharedModelManagerCornerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_overdue_lease_that_was_released_meanwhile_does_not_take_the_lease_that_reuses_its_record()
    {
        // The logger represents any thread that runs between the lock and the effect.
        var logger = new ActingLogger("held");
        var manager = new SharedModelManager(new() { Leasing = { MaxHold = TimeSpan.FromSeconds(1) } }, [], logger, _time);
        manager.Add(new FakeModel(), "a");
        await manager.PreloadAsync("a");
        var first = await manager.FetchModelAsync<FakeModel>("a");
        IModelLease<FakeModel>? second = null;
        logger.Act = () =>
        {
            first.Dispose();
#pragma warning disable SHM012 // A logger cannot await.
            second = manager.FetchModelAsync<FakeModel>("a").AsTask().GetAwaiter().GetResult();
#pragma warning restore SHM012
        };
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LeaseState.Held, second!.State);
    }

    [Fact]
    public async Task A_group_s_wait_is_measured_from_its_request()
    {
        using var metrics = new MetricRecorder();
        await using var services = Build(options => { }, metrics, "a", "b");
        var manager = services.GetRequiredService<ISharedModelManager>();
        _time.Advance(TimeSpan.FromSeconds(10));
        using var scope = manager.CreateScope();
        await manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")]);
        Assert.All(metrics["sharedmodels.lease.wait.duration"], static line => Assert.StartsWith("0 ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_second_caller_continues_to_wait_when_the_first_one_s_shorter_timeout_ends()
    {
        await using var services = Build(static _ => { }, null, "a");
        var manager = services.GetRequiredService<ISharedModelManager>();
        await using var held = await manager.FetchModelAsync<FakeModel>("a");
        using var scope = manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        var hasty = lease.AcquireAsync(new AcquireOptions { Timeout = TimeSpan.FromSeconds(1) }).AsTask();
        var patient = lease.AcquireAsync(new AcquireOptions { Timeout = TimeSpan.FromHours(1) }).AsTask();
        await _time.AdvanceUntilAsync(hasty, TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => hasty);
        held.Dispose();
        await patient;
        Assert.Equal(LeaseState.Held, lease.State);
    }

    [Fact]
    public async Task A_second_caller_can_wait_as_long_as_a_first_one()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await using var held = await fixture.FetchAsync("a");
        using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        var options = new AcquireOptions { Timeout = TimeSpan.FromDays(60) };
        var first = lease.AcquireAsync(options).AsTask();
        var second = lease.AcquireAsync(options).AsTask();
        held.Dispose();
        await first;
        await second;
    }

    [Fact]
    public async Task A_request_that_waits_for_a_mutable_model_of_a_lost_device_gets_it_on_another_one()
    {
        var accelerator = new FakeAccelerator(100, count: 2, time: _time);
        await using var services = Build(accelerator, _ => new FakeModel(10, accelerator: accelerator, isMutable: true));
        var manager = services.GetRequiredService<ISharedModelManager>();
        var held = await manager.FetchModelAsync<FakeModel>("a");
        var waiting = manager.FetchModelAsync<FakeModel>("a").AsTask();
        accelerator.Lose(held.Device);
        held.Dispose();
        await using var lease = await waiting;
        Assert.Equal(new Device("fake", 1), lease.Device);
    }

    [Fact]
    public async Task A_device_that_is_found_lost_when_a_mutable_model_leaves_it_is_out_of_service()
    {
        var accelerator = new FakeAccelerator(100, time: _time);
        await using var services = Build(accelerator, _ => new FakeModel(10, accelerator: accelerator, isMutable: true));
        var manager = services.GetRequiredService<ISharedModelManager>();
        await manager.PreloadAsync("a");
        accelerator.Break();
        await Record.ExceptionAsync(async () => await manager.EvictAsync("a"));
        Assert.NotNull(manager.GetSnapshot().Devices[0].Error);
    }

    [Fact]
    public async Task A_late_report_of_an_earlier_loss_does_not_take_the_device_from_its_new_holders()
    {
        var accelerator = new FakeAccelerator(100, time: _time);
        var script = new FakeModelScript { IgnoresTokens = true };
        await using var manager = new SharedModelManager(null, [accelerator], null, _time);
        manager.Add(new FakeModel(10, script), "late");
        manager.Add(new FakeModel(10), "other");
        script.Move.Close();
        var late = manager.FetchModelAsync<FakeModel>("late").AsTask();
        await script.Move.Arrived;
        accelerator.Lose();
        accelerator.Return();
        await Condition.UntilAsync(() => manager.GetSnapshot().Devices[0].Error is null, () => _time.Advance(TimeSpan.FromSeconds(1)));

        await using var lease = await manager.FetchModelAsync<FakeModel>("other");
        script.Move.FailWith(new DeviceLostException("The driver lost the device."));
        script.Move.Open();
        await Condition.UntilAsync(() => manager.GetSnapshot().Models.Single(
            static model => model.Id == "late").Residency is not (ModelResidency.Moving or ModelResidency.Evicting));
        _ = await Record.ExceptionAsync(() => late);
        Assert.Equal(LeaseState.Held, lease.State);
    }

    [Fact]
    public async Task A_provider_that_throws_when_asked_about_an_exception_leaves_no_model_moving()
    {
        var manager = new SharedModelManager(null, [new ThrowingProvider()], null, _time);
        var script = new FakeModelScript();
        script.Move.FailWith(new IOException("The move failed."));
        manager.Add(new FakeModel(10, script), "a");
        var fetch = manager.FetchModelAsync<FakeModel>("a", new AcquireOptions { Timeout = TimeSpan.FromDays(1) }).AsTask();
        await _time.AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(10));
        Assert.IsType<ModelLoadException>(await Record.ExceptionAsync(() => fetch));
    }

    [Fact]
    public async Task A_provider_that_throws_when_asked_about_an_exception_does_not_end_the_process()
    {
        var manager = new SharedModelManager(null, [new ThrowingProvider()], null, _time);
        manager.Add(new FakeModel(10), "a");
#pragma warning disable SHM015 // The process must survive exceptions of a provider, whatever happens to the lease.
        var lease = await manager.FetchModelAsync<FakeModel>("a");
#pragma warning restore SHM015
        await Assert.ThrowsAsync<IOException>(
            async () => await lease.InvokeAsync<int>(static _ => throw new IOException("The user's own.")));
    }

    [Fact]
    public async Task A_meter_listener_that_throws_does_not_prevent_the_release_of_a_lease()
    {
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        using var metrics = new MetricRecorder();
        var meter = metrics.Create(new("unused"));
        await using var services = Build(static _ => { }, metrics, "a");
        var manager = services.GetRequiredService<ISharedModelManager>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, meter) && instrument.Name == "sharedmodels.lease.hold.duration")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException("The exporter is broken."));
        listener.Start();
        var lease = await manager.FetchModelAsync<FakeModel>("a");
        Assert.Null(Record.Exception(lease.Dispose));
        listener.Dispose();
        Assert.Equal(0, manager.GetSnapshot().Models[0].ActiveLeases);
    }

    [Fact]
    public async Task An_eviction_during_the_back_off_of_a_failed_one_does_not_report_success()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        await fixture.Manager.PreloadAsync("a");
        script.Move.FailWith(new IOException("busy"));
        await Assert.ThrowsAnyAsync<ModelLeaseException>(async () => await fixture.Manager.EvictAsync("a"));
        var second = await Record.ExceptionAsync(async () => await fixture.Manager.EvictAsync("a"));
        script.Move.FailWith(null);
        Assert.True(
            second is not null || fixture["a"].Residency != ModelResidency.OnDevice, "It returned, and the model is on its device.");
    }

    [Fact]
    public async Task The_bytes_of_a_move_that_hangs_are_still_counted()
    {
        var accelerator = new FakeAccelerator(100, time: _time);
        accelerator[0].IgnoresTokens = true;
        accelerator[0].Move.Close();
        await using var manager = new SharedModelManager(null, [accelerator], null, _time);
        manager.Add(new FakeModel(60, accelerator: accelerator), "hanging");
        var hanging = manager.FetchModelAsync<FakeModel>("hanging", new AcquireOptions { Timeout = Timeout.InfiniteTimeSpan }).AsTask();
        await accelerator[0].Move.Arrived;
        await _time.AdvanceUntilAsync(hanging, TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<ModelLoadException>(() => hanging);
        var (physical, counted) = (accelerator[0].UsedBytes, manager.GetSnapshot().Devices[0].UsedBytes);
        accelerator[0].Move.Open();
        Assert.Equal(physical, counted);
    }

    private ServiceProvider Build(Action<SharedModelsOptions> configure, MetricRecorder? metrics, params string[] ids)
    {
        var services = new ServiceCollection();
        if (metrics is not null)
            services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(metrics);
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<IDeviceProvider>(new FakeAccelerator(100));
        var builder = services.AddSharedModelManager(configure);
        foreach (var id in ids)
            builder.AddModel(id, static _ => new FakeModel(10));
        return services.BuildServiceProvider();
    }

    private ServiceProvider Build(IDeviceProvider provider, Func<IServiceProvider, FakeModel> factory)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton(provider);
        services.AddSharedModelManager(static _ => { }).AddModel("a", factory);
        return services.BuildServiceProvider();
    }

    private sealed class ThrowingProvider : IDeviceProvider
    {
        public IReadOnlyList<DeviceInfo> GetDevices() => [new(FakeAccelerator.Device, "fake", 100)];

        public DeviceFailure Classify(Device device, Exception exception) =>
            throw new InvalidOperationException("The driver cannot be asked.");
    }
}

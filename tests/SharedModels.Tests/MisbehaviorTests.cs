using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests;

/// <summary>Models, loggers, callbacks and settings that misbehave. The effects must not spread.</summary>
public sealed class MisbehaviorTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Ambient_values_of_one_caller_do_not_leak_into_the_code_of_the_next()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var ambient = new AsyncLocal<string?> { Value = "first caller" };
        await using (var first = await fixture.FetchAsync("a"))
            await first.InvokeAsync(_ => 0);
        ambient.Value = "second caller";
        await using var second = await fixture.FetchAsync("a");
        Assert.NotEqual("first caller", await second.InvokeAsync(_ => ambient.Value));
    }

    [Fact]
    public async Task A_constructor_that_hangs_ends_the_wait_at_LoadTimeout()
    {
        using var blocked = new ManualResetEventSlim();
        await using var services = Build(new() { Leasing = { AcquireTimeout = Timeout.InfiniteTimeSpan } }, _ =>
        {
            blocked.Wait();
            return new FakeModel();
        });
        var fetch = services.GetRequiredService<ISharedModelManager>().FetchModelAsync("a").AsTask();
        await _time.AdvanceUntilAsync(fetch, TimeSpan.FromMinutes(5));
        blocked.Set();
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
    }

    [Fact]
    public async Task A_logger_that_throws_leaves_no_request_waiting()
    {
        var logger = new ActingLogger();
        await using var manager = new SharedModelManager(null, [new FakeAccelerator(100)], logger);
        manager.Add(new FakeModel(), "a");
        logger.Act = static () => throw new IOException("The disk is full.");
        await using var lease = await manager.FetchModelAsync<FakeModel>("a");
        Assert.Equal(LeaseState.Held, lease.State);
    }

    [Fact]
    public void A_LoadTimeout_longer_than_timers_allow_is_rejected_at_startup() =>
        Assert.ThrowsAny<OptionsValidationException>(
            () => new ManagerFixture(static options => options.Leasing.LoadTimeout = TimeSpan.FromDays(60)));

    [Fact]
    public async Task Code_that_returns_a_task_is_rejected_before_it_starts()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
#pragma warning disable SHM025 // The test passes such code on purpose.
        await Assert.ThrowsAsync<NotSupportedException>(async () => await lease.InvokeAsync(static _ => Task.FromResult(1)));
#pragma warning restore SHM025
    }

    [Fact]
    public async Task MaxLeases_0_in_an_attribute_is_rejected()
    {
        await using var fixture = new ManagerFixture();
        Assert.ThrowsAny<Exception>(() => fixture.Manager.Add(new NeverLeased()));
    }

    [Fact]
    public async Task A_model_whose_footprint_throws_leaves_nothing_in_memory()
    {
        var disposals = 0;
        await using var services = Build(new(), _ =>
            new Misbehaving { OnFootprint = static () => throw new InvalidOperationException("No."), OnDispose = () => disposals++ });
        await Assert.ThrowsAsync<ModelLoadException>(
            async () => await services.GetRequiredService<ISharedModelManager>().FetchModelAsync("a"));
        Assert.Equal(1, disposals);
    }

    [Fact]
    public async Task The_cause_of_a_failed_load_survives_a_failed_disposal()
    {
        await using var services = Build(new(), _ => new Misbehaving
        {
            OnLoad = static _ => throw new InvalidDataException("The file is torn."),
            OnDispose = static () => throw new InvalidOperationException("Not loaded."),
        });
        var exception = await Assert.ThrowsAsync<ModelLoadException>(
            async () => await services.GetRequiredService<ISharedModelManager>().FetchModelAsync("a"));
        Assert.IsType<InvalidDataException>(exception.InnerException);
    }

    [Fact]
    public async Task A_TimeoutException_of_the_model_is_not_blamed_on_LoadTimeout()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a").Load.FailWith(new TimeoutException("The download stalled."));
        var exception = await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.FetchAsync("a"));
        Assert.Equal("The download stalled.", exception.InnerException!.Message);
    }

    [Fact]
    public async Task A_callback_on_Lost_that_throws_does_not_affect_other_leases_and_models()
    {
        var fixture = new ManagerFixture(static options => options.Devices["fake:0"] = new() { MaxConcurrentHolders = 2 });
        var neverLoaded = fixture.Add("never-loaded");
        fixture.Add("a");
        fixture.Add("b");
        var first = await fixture.FetchAsync("a");
        var second = await fixture.FetchAsync("b");
        first.Lost.Register(static () => throw new InvalidOperationException("No."));
        var failure = await Record.ExceptionAsync(async () => await fixture.DisposeAsync());
        Assert.Equal((null, LeaseState.Lost, 1), (failure, second.State, neverLoaded.Disposals));
    }

    [Fact]
    public async Task A_model_that_throws_on_disposal_without_having_been_loaded_stops_nothing()
    {
        var fixture = new ManagerFixture();
        fixture.Manager.Add(new Misbehaving { OnDispose = static () => throw new InvalidOperationException("No.") }, "bad");
        var other = fixture.Add("other");
        var failure = await Record.ExceptionAsync(async () => await fixture.DisposeAsync());
        Assert.Equal((null, 1), (failure, other.Disposals));
    }

    [Fact]
    public async Task A_token_callback_of_a_model_that_throws_does_not_keep_the_manager_from_stopping()
    {
        var fixture = new ManagerFixture();
        var arrived = new TaskCompletionSource();
        fixture.Manager.Add(
            new Misbehaving
            {
                OnLoad = async token =>
                {
                    token.Register(static () => throw new InvalidOperationException("No."));
                    arrived.SetResult();
                    await Task.Delay(Timeout.Infinite, token);
                },
            },
            "bad");
        var fetch = fixture.Manager.FetchModelAsync("bad").AsTask();
        await arrived.Task;
        var failure = await Record.ExceptionAsync(() => fixture.Manager.ShutdownAsync(CancellationToken.None));
        await Assert.ThrowsAnyAsync<Exception>(() => fetch);
        Assert.Null(failure);
    }

    [Fact]
    public async Task A_model_given_as_an_object_is_not_disposed_while_its_load_still_runs()
    {
        var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        script.IgnoresTokens = true;
        script.Load.Close();
        var fetch = fixture.FetchAsync("a").AsTask();
        await script.Load.Arrived;
        await fixture.DisposeAsync();
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => fetch);
        Assert.Equal(0, script.Disposals);
        script.Load.Open();
    }

    [Fact]
    public async Task The_bytes_of_an_object_that_could_not_leave_its_device_are_still_counted()
    {
        await using var fixture = new ManagerFixture();
        var model = new FakeModel(60);
        fixture.Manager.Add(model, "a");
        fixture.Add("b", bytes: 60);
        await fixture.Manager.PreloadAsync("a");
        model.Script.Move.FailWith(new IOException("The driver is busy."));
        _ = await Record.ExceptionAsync(async () => await fixture.Manager.EvictAsync("a"));
        Assert.Equal(FakeAccelerator.Device, model.Device);
        Assert.Equal(60, fixture.Accelerator.UsedBytes);
    }

    [Fact]
    public async Task A_preload_that_finds_no_room_times_out_as_documented()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a", bytes: 60);
        fixture.Add("b", bytes: 60);
        await using var held = await fixture.FetchAsync("a");
        var preload = fixture.Manager.PreloadAsync("b").AsTask();

        // The time is that of the wait, not of the load.
        await Condition.UntilAsync(() => fixture["b"].Residency == ModelResidency.OnHost);
        await fixture.Time.AdvanceUntilAsync(preload, TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => preload);
    }

    [Fact]
    public async Task A_second_caller_of_one_lease_keeps_its_own_timeout()
    {
        await using var services = Build(new(), static _ => new FakeModel());
        await using var holder = services.CreateAsyncScope();
        await holder.ServiceProvider.GetRequiredService<IModelLease<ISharedModel>>().AcquireAsync();
        await using var scope = services.CreateAsyncScope();
        var lease = scope.ServiceProvider.GetRequiredService<IModelLease<ISharedModel>>();
        var patient = lease.AcquireAsync(new AcquireOptions { Timeout = Timeout.InfiniteTimeSpan }).AsTask();
        var hasty = lease.AcquireAsync(new AcquireOptions { Timeout = TimeSpan.FromSeconds(1) }).AsTask();
        await _time.AdvanceUntilAsync(hasty, TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => hasty);
        Assert.False(patient.IsCompleted);
    }

    [Fact]
    public async Task A_plain_class_that_requires_an_accelerator_does_not_silently_run_on_the_CPU()
    {
        await using var manager = new SharedModelManager();
        manager.Add(new WantsAccelerator());
        await Assert.ThrowsAnyAsync<ModelLeaseException>(async () => await manager.FetchModelAsync<WantsAccelerator>());
    }

    [Fact]
    public void Two_names_of_one_device_are_rejected_by_the_validator()
    {
        var options = new SharedModelsOptions();
        options.Devices["cuda"] = new();
        options.Devices["cuda:0"] = new();
        Assert.ThrowsAny<OptionsValidationException>(() => new SharedModelManager(options));
    }

    [Fact]
    public async Task Ready_is_unhealthy_if_a_preloaded_model_never_reached_its_device()
    {
        var services = new ServiceCollection();
        services.AddSharedModelManager(static options => options.Models["a"] = new() { Preload = true }).AddModel(
            "a", static _ => new FakeModel(1000));
        services.AddSingleton<IDeviceProvider>(new FakeAccelerator(100));
        services.AddLogging().AddHealthChecks().AddSharedModels();
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<SharedModelManager>().StartAsync(CancellationToken.None);
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("ready"));
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
    }

    private ServiceProvider Build(SharedModelsOptions settings, Func<IServiceProvider, ISharedModel> factory)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSharedModelManager(options => options.Leasing = settings.Leasing).AddModel("a", factory);
        return services.BuildServiceProvider();
    }

    [SharedModel(MaxLeases = 0)]
    private sealed class NeverLeased : FakeModel;

    [SharedModel(Device = DevicePreference.Accelerator)]
    private sealed class WantsAccelerator;

    private sealed class Misbehaving : ISharedModel, IDisposable
    {
        public Func<ModelFootprint> OnFootprint { get; init; } = static () => default;

        public Func<CancellationToken, Task> OnLoad { get; init; } = static _ => Task.CompletedTask;

        public Action OnDispose { get; init; } = static () => { };

        public ModelFootprint Footprint => OnFootprint();

        public async ValueTask LoadAsync(CancellationToken cancellationToken) => await OnLoad(cancellationToken);

        public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public void Dispose() => OnDispose();
    }
}

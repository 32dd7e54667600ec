using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.Diagnostics;

public sealed class MetricsTests : IAsyncDisposable
{
    private readonly MetricRecorder _metrics = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeModelScript _script = new();
    private readonly ServiceProvider _services;
    private readonly ISharedModelManager _manager;

    public MetricsTests()
    {
        var services = new ServiceCollection();
        services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_metrics);
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<IDeviceProvider>(new FakeAccelerator(memoryBytes: 15));
        services.AddSharedModelManager(options => options.Leasing.MaxQueueLength = 1)
            .AddModel("a", _ => new FakeModel(10, _script))
            .AddModel("b", _ => new FakeModel(10));
        _services = services.BuildServiceProvider();
        _manager = _services.GetRequiredService<ISharedModelManager>();
    }

    /// <summary>The measurements, after all events so far have been recorded.</summary>
    private MetricRecorder Metrics
    {
        get
        {
            SpinWait.SpinUntil(() => ((SharedModelManager)_manager).IsQuiet, TestBound.Wait);
            return _metrics;
        }
    }

    [Fact]
    public async Task Waits_holds_and_outcomes_are_recorded()
    {
        await _manager.PreloadAsync("a");
        var held = await _manager.FetchModelAsync<FakeModel>("a");
        var waiting = _manager.FetchModelAsync<FakeModel>("a").AsTask();
        await Assert.ThrowsAsync<LeaseRejectedException>(async () => await _manager.FetchModelAsync<FakeModel>("a"));
        _time.Advance(TimeSpan.FromSeconds(2));
        held.Dispose();
        (await waiting).Dispose();
        held = await _manager.FetchModelAsync<FakeModel>("a");
        var late = _manager.FetchModelAsync<FakeModel>("a", new AcquireOptions { Timeout = TimeSpan.FromSeconds(1) }).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => late);
        using var cancellation = new CancellationTokenSource();
        var canceled = _manager.FetchModelAsync<FakeModel>("a", cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        held.Dispose();

        Assert.Equal(
            new[] { "canceled", "granted", "granted", "granted", "queue_full", "timeout" }.Select(
                outcome => $"1 model=a device=fake:0 outcome={outcome}"),
            Metrics["sharedmodels.lease.requests"]);
        Assert.Equal(
            ["0 model=a device=fake:0", "0 model=a device=fake:0", "2 model=a device=fake:0"], Metrics["sharedmodels.lease.wait.duration"]);
        Assert.Equal(
            ["0 model=a device=fake:0", "2 model=a device=fake:0", "2 model=a device=fake:0"], Metrics["sharedmodels.lease.hold.duration"]);
    }

    [Fact]
    public async Task Loads_moves_and_evictions_are_recorded()
    {
        await _manager.PreloadAsync("a");
        await _manager.PreloadAsync("b");
        await _manager.EvictAsync("b");
        Assert.Equal(["0 model=a device=fake:0", "0 model=b device=fake:0"], Metrics["sharedmodels.model.load.duration"]);
        Assert.Equal(
            ["10 model=a device=fake:0 direction=to_device", "10 model=b device=fake:0 direction=to_device"],
            Metrics["sharedmodels.model.transfer.size"]);
        Assert.Equal(
            ["1 model=a device=fake:0 reason=room", "1 model=b device=fake:0 reason=request"], Metrics["sharedmodels.model.evictions"]);
        Assert.Equal(
            new[]
            {
                "a device=fake:0 direction=to_device", "a device=fake:0 direction=to_host", "b device=fake:0 direction=to_device",
                "b device=fake:0 direction=to_host",
            },
            Metrics["sharedmodels.model.transfer.duration"].Select(measurement => measurement["0 model=".Length..]).Order());
    }

    [Fact]
    public async Task Observable_instruments_are_read_on_demand()
    {
        using var lease = await FetchAsync("a");
        var waiting = FetchAsync("b");
        Assert.Equal(["1 model=a", "0 model=b"], Metrics.Observe("sharedmodels.leases.active"));
        Assert.Equal(["0 model=a", "1 model=b"], Metrics.Observe("sharedmodels.requests.queued"));
        Assert.Contains("1 device=fake:0", Metrics.Observe("sharedmodels.models.resident"));
        Assert.Contains("10 device=fake:0", Metrics.Observe("sharedmodels.device.memory.used"));
        Assert.Contains("15 device=fake:0", Metrics.Observe("sharedmodels.device.memory.limit"));
        lease.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_failed_load_is_an_outcome()
    {
        _script.Load.FailWith(new IOException());
        await Assert.ThrowsAsync<ModelLoadException>(async () => await _manager.FetchModelAsync<FakeModel>("a"));
        Assert.Equal(["1 model=a device=fake:0 outcome=load_failed"], Metrics["sharedmodels.lease.requests"]);
        Assert.Equal(["0 model=a device=fake:0 error.type=System.IO.IOException"], Metrics["sharedmodels.model.load.duration"]);
    }

    [Fact]
    public async Task A_failed_move_has_a_duration_and_no_size()
    {
        _script.Move.FailWith(new IOException());
        await Assert.ThrowsAsync<ModelLoadException>(async () => await _manager.FetchModelAsync<FakeModel>("a"));
        Assert.Equal(
            ["0 model=a device=fake:0 error.type=System.IO.IOException direction=to_device"],
            Metrics["sharedmodels.model.transfer.duration"]);
        Assert.Empty(Metrics["sharedmodels.model.transfer.size"]);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Fetches a model as a caller that holds nothing else.</summary>
    private async Task<IModelLease<FakeModel>> FetchAsync(string id) => await _manager.FetchModelAsync<FakeModel>(id);
}

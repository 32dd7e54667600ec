using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.HealthChecks;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Devices;

namespace SharedModels.Cuda.Tests.Devices;

/// <summary>Memory that is in use without a reservation of the manager.</summary>
public sealed class DriftTests : IAsyncDisposable
{
    private const long MiB = 1 << 20;

    private readonly SimulatedDevice _device = new("first", 1024 * MiB, 1024 * MiB) { HasContext = false };
    private readonly CudaSimulator _simulator;
    private readonly CudaOptions _options = new() { ReserveBytes = 0, MaxDriftBytes = 10 * MiB };
    private readonly FakeTimeProvider _time = new();
    private readonly DeviceMemoryPool _pool;
    private readonly CudaDeviceProvider _provider;
    private readonly SharedModelManager _manager;
    private readonly CudaDeviceMonitor _monitor;

    public DriftTests()
    {
        _simulator = new(_device);
        var log = new FakeLogger();
        _pool = new(_simulator.Driver, _options.MemoryRetention, _time, log);
        _provider = new(_simulator.Driver, null, [new FakeEngine(static () => null)], _options, log, _time, memory: _pool);
        var options = new SharedModelsOptions();
        options.Devices["cuda:0"] = new() { MaxConcurrentHolders = 2 };
        options.Models["double"] = new() { MaxLeases = 2 };
        _manager = new(options, [_provider], timeProvider: _time);
        _monitor = new(_provider, _manager, meters: null, _time, log);
    }

    public async ValueTask DisposeAsync()
    {
        _monitor.Dispose();
        await _manager.DisposeAsync();
        _provider.Dispose();
        _pool.Dispose();
        _simulator.Dispose();
    }

    [Fact]
    public async Task Working_memory_that_libtorch_keeps_after_a_use_is_not_drift()
    {
        var libtorch = new CachingAllocator(_simulator.Driver, 0);
        _manager.Add(new DeclaredModel(0, workingBytes: 100 * MiB));
        await using (await _manager.FetchModelAsync<DeclaredModel>())
        {
            var activations = libtorch.Allocate(95 * MiB);
            Assert.Equal(HealthStatus.Healthy, await CheckAsync());
            libtorch.Free(activations);
        }

        Assert.Equal(HealthStatus.Healthy, await CheckAsync());
        Assert.Equal((96 * MiB, 0), (_monitor.Devices[0].CachedBytes, _monitor.Devices[0].DriftBytes));

        // Memory that nothing declared is drift.
        libtorch.Allocate(200 * MiB);
        Assert.Equal(HealthStatus.Degraded, await CheckAsync());
        Assert.Equal((100 * MiB, 196 * MiB), (_monitor.Devices[0].CachedBytes, _monitor.Devices[0].DriftBytes));
    }

    [Fact]
    public async Task The_working_memory_of_several_uses_at_the_same_time_is_not_drift()
    {
        var libtorch = new CachingAllocator(_simulator.Driver, 0);
        _manager.Add(new DeclaredModel(0, workingBytes: 100 * MiB), "double");
        await using (await _manager.FetchModelAsync("double"))
        await using (await _manager.FetchModelAsync("double"))
            libtorch.Free(libtorch.Allocate(190 * MiB));
        Assert.Equal(HealthStatus.Healthy, await CheckAsync());
        Assert.Equal(0, _monitor.Devices[0].DriftBytes);
    }

    [Fact]
    public async Task Memory_that_is_retained_for_the_next_model_is_not_drift()
    {
        _pool.Free(_pool.Allocate(0, 300 * MiB));
        Assert.Equal(HealthStatus.Healthy, await CheckAsync());
        Assert.Equal(0, _monitor.Devices[0].DriftBytes);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1024 * MiB, _device.FreeBytes);
    }

    [Fact]
    public void Retained_memory_returns_to_the_driver_when_any_allocation_runs_out_of_memory()
    {
        _pool.Free(_pool.Allocate(0, 300 * MiB));
        Assert.Equal(724 * MiB, _device.FreeBytes);
        Assert.Equal(
            DeviceFailure.OutOfMemory,
            _provider.Classify(ProviderFixture.Cuda0, new TorchError("CUDA out of memory. Tried to allocate 800.00 MiB")));
        Assert.Equal(1024 * MiB, _device.FreeBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_small_block_in_the_place_of_a_model_blocks_the_next_model_only_in_libtorchs_cache(bool isInCache)
    {
        var libtorch = new CachingAllocator(_simulator.Driver, 0);
        if (isInCache)
            libtorch.Free(libtorch.Allocate(600 * MiB));
        else
            _pool.Free(_pool.Allocate(0, 600 * MiB));
        libtorch.Allocate(12 * MiB);
        if (isInCache)
            Assert.Throws<CudaException>(() => libtorch.Allocate(700 * MiB));
        else
            _pool.Free(_pool.Allocate(0, 700 * MiB));
    }

    private async Task<HealthStatus> CheckAsync()
    {
        _monitor.Check();
        await Condition.UntilAsync(() => _monitor.IsIdle);
        return (await new CudaDevicesCheck(_monitor, _options).CheckHealthAsync(new()
        {
            Registration = new("cuda", static _ => throw new InvalidOperationException(), HealthStatus.Unhealthy, null),
        })).Status;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Devices;

namespace SharedModels.Cuda.Tests.Devices;

public sealed class CudaDeviceProviderTests
{
    private readonly ProviderFixture _fixture = new();

    private CudaDeviceProvider Provider => _fixture.Provider;

    [Fact]
    public void The_budget_is_the_free_memory_at_startup_without_the_reserve()
    {
        Assert.Equal(
            [
                new(Device.Cuda(0), "Fake 3000", (10L << 30) - (512 << 20)) { TotalBytes = 12L << 30 },
                new(Device.Cuda(1), "Fake 100", 0) { TotalBytes = 1L << 30 },
            ],
            Provider.GetDevices());
        Assert.Equal((1, 1), (_fixture.First.Contexts, _fixture.Second.Contexts));
    }

    [Fact]
    public void Memory_that_another_container_has_pinned_can_be_unpinned_after_the_container_that_made_the_contexts_is_disposed()
    {
        using var pages = new HostPages(2);
        var pinner = new HostMemoryPinner(_fixture.Simulator.Driver, new(), 100, _fixture.Log);
        using (var container = new ServiceCollection().AddSingleton(_ => Provider).BuildServiceProvider())
            container.GetRequiredService<CudaDeviceProvider>().GetDevices();
        Assert.True(pinner.TryPin(pages[0], 60));
        pinner.Unpin(pages[0], 60);
        Assert.Empty(_fixture.Simulator.Memory.Registered);
        Assert.True(pinner.TryPin(pages[1], 60));
    }

    [Fact]
    public void Without_a_driver_there_is_no_device()
    {
        var provider = new CudaDeviceProvider(
            null, null, [new FakeEngine(static () => throw new InvalidOperationException("must not be asked"))], new(), _fixture.Log);
        Assert.Empty(provider.GetDevices());
        Assert.Empty(_fixture.Log.Collector.GetSnapshot());
    }

    [Fact]
    public void Devices_that_no_engine_can_use_are_omitted_with_the_remedy()
    {
        var fixture = new ProviderFixture("The native library of TorchSharp was built without CUDA.");
        Assert.Empty(fixture.Provider.GetDevices());
        Assert.Equal(0, fixture.First.Contexts);
        Assert.Contains(
            "2 CUDA device(s) that no engine can use: The native library of TorchSharp was built without CUDA.",
            Assert.Single(fixture.Log.Collector.GetSnapshot()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_for_an_engine_that_cannot_use_the_devices_do_not_make_it_use_them()
    {
        var provider = new CudaDeviceProvider(
            _fixture.Simulator.Driver, null, [new AnyCudaEngine(), new FakeEngine(static () => "No CUDA.")], new(), _fixture.Log);
        Assert.Empty(provider.GetDevices());
        provider = new(_fixture.Simulator.Driver, null, [new AnyCudaEngine()], new(), _fixture.Log);
        Assert.Equal(2, provider.GetDevices().Count);
    }

    [Fact]
    public void A_card_that_is_full_at_startup_keeps_its_reserve_when_neighbors_leave()
    {
        const long MiB = 1 << 20;
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(1)] = new(700 * MiB, 40, []);
        Provider.GetDevices();
        var budgets = new List<long>();
        Provider.MemoryChanged += (_, change) => budgets.Add(change.MemoryBytes);
        var reading = new CudaDeviceReading(0, 0, 40);
        for (var minute = 0; minute < 2; minute++)
            Provider.FollowNeighbors(Device.Cuda(1), reading, 0, DateTimeOffset.UnixEpoch.AddMinutes(minute));

        // 256 MiB were free at the start, 956 MiB are now.
        Assert.Equal([(956 - 512) / 32 * 32 * MiB], budgets);
    }

    [Fact]
    public void A_device_that_does_not_answer_is_omitted_and_the_others_are_used()
    {
        _fixture.First.Fault = 46;
        Assert.Equal(Device.Cuda(1), Assert.Single(Provider.GetDevices()).Device);
        Assert.Single(_fixture.Log.Collector.GetSnapshot(), static line => line.Level == LogLevel.Warning);
    }

    [Fact]
    public async Task A_device_with_an_unusable_context_stays_lost_although_the_driver_answers()
    {
        Provider.GetDevices();
        Assert.Equal(DeviceFailure.Lost, Provider.Classify(
            ProviderFixture.Cuda0, new TorchError("CUDA error: an illegal memory access was encountered")));
        var lost = await Assert.ThrowsAsync<DeviceLostException>(async () => await Provider.ProbeAsync(ProviderFixture.Cuda0, default));
        Assert.Contains("Restart the application", lost.Message, StringComparison.Ordinal);
        Assert.Null(await Provider.ReadAsync(ProviderFixture.Cuda0));
        await Provider.ProbeAsync(Device.Cuda(1), default);
        Assert.Single(_fixture.Log.Collector.GetSnapshot(), static line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task A_loss_that_left_the_context_usable_is_probed_with_real_work()
    {
        Provider.GetDevices();
        Assert.Equal(DeviceFailure.Lost, Provider.Classify(ProviderFixture.Cuda0, new DeviceLostException("the cable came off")));
        _fixture.First.Fault = 600;
        await Assert.ThrowsAsync<CudaException>(async () => await Provider.ProbeAsync(ProviderFixture.Cuda0, default));
        _fixture.First.Fault = 0;
        await Provider.ProbeAsync(ProviderFixture.Cuda0, default);
        Assert.Equal(0, _fixture.Simulator.Memory.LiveBlocks);
    }

    [Fact]
    public async Task Too_little_memory_loses_no_device()
    {
        Provider.GetDevices();
        Assert.Equal(DeviceFailure.OutOfMemory, Provider.Classify(
            ProviderFixture.Cuda0, new TorchError("CUDA out of memory. Tried to allocate 20.00 MiB")));
        await Provider.ProbeAsync(ProviderFixture.Cuda0, default);
        Assert.NotNull(await Provider.ReadAsync(ProviderFixture.Cuda0));
    }

    [Fact]
    public async Task Xid_79_is_a_loss_that_is_reported_once()
    {
        Provider.GetDevices();
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, [79]);
        Assert.Null(await Provider.ReadAsync(ProviderFixture.Cuda0));
        Assert.Null(await Provider.ReadAsync(ProviderFixture.Cuda0));
        var lost = Assert.Single(_fixture.Lost);
        Assert.Equal(ProviderFixture.Cuda0, lost.Device);
        Assert.Contains("fallen off the bus (Xid 79)", lost.Cause.Message, StringComparison.Ordinal);
        Assert.NotNull(await Provider.ReadAsync(Device.Cuda(1)));
    }

    [Fact]
    public async Task A_driver_that_answers_with_a_sticky_error_has_lost_the_device()
    {
        Provider.GetDevices();
        _fixture.First.Fault = 214;
        Assert.Null(await Provider.ReadAsync(ProviderFixture.Cuda0));
        Assert.Single(_fixture.Lost);
    }

    [Fact]
    public async Task Memory_of_other_processes_is_not_counted_as_ours()
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(1000, 40, []);
        Provider.GetDevices();
        _fixture.First.FreeBytes -= 700;
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(1500, 55, []);
        Assert.Equal(new CudaDeviceReading(200, 1500, 55), await Provider.ReadAsync(ProviderFixture.Cuda0));
    }

    [Fact]
    public async Task Memory_of_others_that_is_unknown_once_is_not_counted_as_drift()
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(1000, 40, []);
        Provider.GetDevices();
        _fixture.First.FreeBytes -= 700;
        _fixture.Nvml.Readings.Clear();
        Assert.Equal(new CudaDeviceReading(700, null, null), await Provider.ReadAsync(ProviderFixture.Cuda0));
    }

    [Fact]
    public async Task Without_nvml_only_the_driver_is_asked()
    {
        var provider = new CudaDeviceProvider(_fixture.Simulator.Driver, null, [new FakeEngine(static () => null)], new(), _fixture.Log);
        provider.GetDevices();
        _fixture.First.FreeBytes -= 700;
        Assert.Equal(new CudaDeviceReading(700, null, null), await provider.ReadAsync(ProviderFixture.Cuda0));
    }
}

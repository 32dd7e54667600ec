using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;
using SharedModels.TorchSharp.Cuda;
using SharedModels.TorchSharp.Devices;
using SharedModels.TorchSharp.Hosting;
using SharedModels.TorchSharp.Tests.Cuda;
using SharedModels.TorchSharp.Tests.Devices;

namespace SharedModels.TorchSharp.Tests.Hosting;

public sealed class CudaDevicesHostedServiceTests : IAsyncDisposable
{
    private readonly ProviderFixture _fixture = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SharedModelManager _manager;
    private readonly ServiceProvider _services;
    private readonly CudaDevicesHostedService _service;

    public CudaDevicesHostedServiceTests()
    {
        _manager = new(deviceProviders: [_fixture.Provider]);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time).AddSingleton<ISharedModelManager>(_manager).AddSingleton(_fixture.Provider);
        services.Configure<TorchSharpOptions>(static options => options.MonitorInterval = TimeSpan.FromSeconds(7));
        _services = services.BuildServiceProvider();
        _service = new(_services);
    }

    public async ValueTask DisposeAsync()
    {
        _service.Dispose();
        await _services.DisposeAsync();
        await _manager.DisposeAsync();
        _fixture.Dispose();
    }

    [Fact]
    public async Task A_device_that_falls_off_the_bus_is_lost_although_nobody_asks_for_it()
    {
        await _service.StartAsync(default);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(_fixture.Lost);
        _fixture.Nvml.Readings["uuid-0"] = new(0, 40, [79]);
        _time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Empty(_fixture.Lost);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(ProviderFixture.Cuda0, Assert.Single(_fixture.Lost).Device);
        Assert.NotNull(_manager.GetSnapshot().Devices[0].Error);
        Assert.Null(_manager.GetSnapshot().Devices[1].Error);
        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.Single(_fixture.Lost);
    }

    [Fact]
    public async Task A_device_whose_context_is_spoilt_is_lost_too()
    {
        await _service.StartAsync(default);
        _fixture.Second.Fault = FakeCudaDriver.Error("CUDA_ERROR_ECC_UNCORRECTABLE", 214);
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(Device.Cuda(1), Assert.Single(_fixture.Lost).Device);
    }

    [Fact]
    public async Task An_Xid_of_one_program_loses_nothing()
    {
        await _service.StartAsync(default);
        _fixture.Nvml.Readings["uuid-0"] = new(0, 40, [31]);
        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.Empty(_fixture.Lost);
    }

    [Fact]
    public async Task Nobody_is_asked_once_it_is_stopped()
    {
        await _service.StartAsync(default);
        await _service.StopAsync(default);
        _fixture.Nvml.Readings["uuid-0"] = new(0, 40, [79]);
        _time.Advance(TimeSpan.FromSeconds(70));
        Assert.Empty(_fixture.Lost);
    }
}

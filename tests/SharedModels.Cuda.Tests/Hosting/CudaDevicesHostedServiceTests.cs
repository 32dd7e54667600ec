using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.Cuda.Devices;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Hosting;
using SharedModels.Cuda.Tests.Devices;
using SharedModels.Cuda.Tests.Driver;
using SharedModels.Cuda.Tests.Simulator;
using SharedModels.Tests.Bounded;

namespace SharedModels.Cuda.Tests.Hosting;

public sealed class CudaDevicesHostedServiceTests : IAsyncDisposable
{
    private const long GiB = 1L << 30;

    private readonly ProviderFixture _fixture = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SharedModelManager _manager;
    private readonly ServiceProvider _services;
    private readonly CudaDevicesHostedService _service;
    private CudaDeviceMonitor? _monitor;
    private ServiceProvider? _auto;
    private CudaDevicesHostedService? _autoService;

    public CudaDevicesHostedServiceTests()
    {
        _manager = new(deviceProviders: [_fixture.Provider]);
        _services = Register(_manager);
        _service = new(_services);
    }

    public async ValueTask DisposeAsync()
    {
        _service.Dispose();
        _autoService?.Dispose();
        if (_auto is not null)
            await _auto.DisposeAsync();
        await _services.DisposeAsync();
        await _manager.DisposeAsync();
    }

    [Fact]
    public async Task A_device_that_falls_off_the_bus_is_lost_even_if_it_is_not_used()
    {
        await StartAsync(_service, _services);
        await AdvanceAsync(20);
        Assert.Empty(_fixture.Lost);
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, [79]);
        await AdvanceAsync(0.9);
        Assert.Empty(_fixture.Lost);
        await AdvanceAsync(0.1);
        Assert.Equal(ProviderFixture.Cuda0, Assert.Single(_fixture.Lost).Device);
        Assert.NotNull(_manager.GetSnapshot().Devices[0].Error);
        Assert.Null(_manager.GetSnapshot().Devices[1].Error);
        await AdvanceAsync(70);
        Assert.Single(_fixture.Lost);
    }

    [Fact]
    public async Task A_device_with_an_unusable_context_is_lost_too()
    {
        await StartAsync(_service, _services);
        _fixture.Second.Fault = 214;
        await AdvanceAsync(7);
        Assert.Equal(Device.Cuda(1), Assert.Single(_fixture.Lost).Device);
    }

    [Fact]
    public async Task The_first_reading_is_available_from_the_start()
    {
        await StartAsync(_service, _services);
        Assert.All(_monitor!.Devices, static device => Assert.NotNull(device.Reading));
    }

    [Fact]
    public async Task An_Xid_of_one_program_loses_no_device()
    {
        await StartAsync(_service, _services);
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, [31]);
        await AdvanceAsync(70);
        Assert.Empty(_fixture.Lost);
    }

    [Fact]
    public async Task No_device_is_read_after_the_service_has_stopped()
    {
        await StartAsync(_service, _services);
        await _service.StopAsync(default);
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, [79]);
        await AdvanceAsync(70);
        Assert.Empty(_fixture.Lost);
    }

    [Fact]
    public async Task An_automatic_budget_follows_neighbors_and_an_idle_model_is_evicted()
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, []);
        await using var manager = await StartWithAutoAsync();
        manager.Add(new DeclaredModel(4 * GiB));
        await (await manager.FetchModelAsync<DeclaredModel>()).DisposeAsync();
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(8 * GiB, 40, []);
        await AdvanceAsync(7);
        await Condition.UntilAsync(() => manager.GetSnapshot().Devices[0].UsedBytes == 0);
        Assert.Equal(2 * GiB - (512 << 20), manager.GetSnapshot().Devices[0].BudgetBytes);
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, []);
        await AdvanceAsync(35);
        Assert.Equal(2 * GiB - (512 << 20), manager.GetSnapshot().Devices[0].BudgetBytes);
        await AdvanceAsync(7);
        Assert.Equal(10 * GiB - (512 << 20), manager.GetSnapshot().Devices[0].BudgetBytes);
    }

    [Fact]
    public async Task It_is_never_below_the_bytes_in_use()
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, []);
        await using var manager = await StartWithAutoAsync();
        manager.Add(new DeclaredModel(4 * GiB));
        var lease = await manager.FetchModelAsync<DeclaredModel>();
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(9 * GiB, 40, []);
        await AdvanceAsync(7);
        Assert.Equal(4 * GiB, manager.GetSnapshot().Devices[0].BudgetBytes);
        await lease.DisposeAsync();
        await AdvanceAsync(7);
        Assert.Equal(GiB / 2, manager.GetSnapshot().Devices[0].BudgetBytes);
        await Condition.UntilAsync(() => manager.GetSnapshot().Devices[0].UsedBytes == 0);
    }

    [Fact]
    public async Task Without_the_figures_of_others_it_stays_and_one_log_entry_says_so()
    {
        await using var manager = await StartWithAutoAsync();
        await AdvanceAsync(70);
        Assert.Equal(10 * GiB - (512 << 20), manager.GetSnapshot().Devices[0].BudgetBytes);
        Assert.Single(_fixture.Log.Collector.GetSnapshot(), static line => line.Id.Id == 111);
    }

    [Fact]
    public async Task A_subscriber_that_throws_does_not_end_the_checks()
    {
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, []);
        await using var manager = await StartWithAutoAsync();
        _fixture.Provider.MemoryChanged += static (_, _) => throw new InvalidOperationException("a subscriber's fault");
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(8 * GiB, 40, []);
        await AdvanceAsync(7);
        _fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(9 * GiB, 40, []);
        await AdvanceAsync(7);
        Assert.Equal(GiB / 2, manager.GetSnapshot().Devices[0].BudgetBytes);
    }

    /// <summary>Advances the clock in steps, and waits for the devices to answer after each step.</summary>
    private async Task AdvanceAsync(double seconds)
    {
        var step = TimeSpan.FromSeconds(0.1);
        for (var end = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds); _time.GetUtcNow() < end;)
        {
            _time.Advance(step);
            await Condition.UntilAsync(() => _monitor!.IsIdle);
        }
    }

    private async Task<SharedModelManager> StartWithAutoAsync()
    {
        var options = new SharedModelsOptions { Devices = { ["cuda:0"] = new() { MemoryBudget = "auto" } } };
        var manager = new SharedModelManager(options, [_fixture.Provider]);
        _auto = Register(manager);
        _autoService = new(_auto);
        await StartAsync(_autoService, _auto);
        return manager;
    }

    private ServiceProvider Register(SharedModelManager manager)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time).AddSingleton<ISharedModelManager>(manager).AddSingleton(_fixture.Provider);
        services.AddSingleton(_ => new CudaDeviceMonitor(_fixture.Provider, manager, meters: null, _time, _fixture.Log));
        services.Configure<CudaOptions>(static options => options.MonitorInterval = TimeSpan.FromSeconds(7));
        return services.BuildServiceProvider();
    }

    private async Task StartAsync(CudaDevicesHostedService service, ServiceProvider services)
    {
        await service.StartAsync(default);
        _monitor = services.GetRequiredService<CudaDeviceMonitor>();
        await Condition.UntilAsync(() => _monitor.IsIdle);
    }
}

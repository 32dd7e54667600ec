using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SharedModels.Testing;

namespace SharedModels.Tests.Hosting;

public sealed class SharedModelsHostedServiceTests
{
    private readonly FakeModelScript _script = new();

    [Fact]
    public async Task Models_marked_for_preloading_are_loaded_before_the_application_has_started()
    {
        using var host = Build(("SharedModels:Models:a:Preload", "true"));
        await host.StartAsync();
        var manager = host.Services.GetRequiredService<ISharedModelManager>();
        Assert.Equal(ModelResidency.OnDevice, manager.GetSnapshot().Models.Single().Residency);
        await host.StopAsync();
        Assert.Equal(1, _script.Disposals);
    }

    [Fact]
    public async Task A_preload_that_fails_does_not_keep_the_application_from_starting()
    {
        _script.Load.FailWith(new IOException());
        using var host = Build(("SharedModels:Models:a:Preload", "true"));
        await host.StartAsync();
        Assert.Equal(
            ModelResidency.Faulted, host.Services.GetRequiredService<ISharedModelManager>().GetSnapshot().Models.Single().Residency);
        await host.StopAsync();
    }

    [Fact]
    public async Task An_invalid_setting_stops_the_start()
    {
        using var host = Build(("SharedModels:Leasing:MaxQueueLength", "-5"));
        var exception = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal("SharedModels:Leasing:MaxQueueLength is -5. The value must be 0 or more.", exception.Message);
    }

    [Fact]
    public async Task A_stop_rejects_new_leases_and_waits_for_leases_in_use()
    {
        using var host = Build();
        await host.StartAsync();
        var manager = host.Services.GetRequiredService<ISharedModelManager>();
        var lease = await manager.FetchModelAsync<FakeModel>();
        var stop = host.StopAsync();
        await Assert.ThrowsAsync<ManagerShuttingDownException>(async () => await manager.FetchModelAsync<FakeModel>());
        Assert.False(stop.IsCompleted);
        lease.Dispose();
        await stop;
        Assert.Equal(1, _script.Disposals);
    }

    [Fact]
    public async Task A_stop_whose_time_is_over_ends_and_the_lease_is_lost()
    {
        using var host = Build();
        await host.StartAsync();
        using var lease = await host.Services.GetRequiredService<ISharedModelManager>().FetchModelAsync<FakeModel>();
        using var impatience = new CancellationTokenSource();
        var stop = host.StopAsync(impatience.Token);
        await impatience.CancelAsync();
        await Task.WhenAny(stop);
        Assert.Equal(LeaseState.Lost, lease.State);
    }

    private IHost Build(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.Services
            .AddSharedModelManager(builder.Configuration.GetSection("SharedModels"))
            .AddModel("a", _ => new FakeModel(0, _script));
        return builder.Build();
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
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
    public async Task Requests_that_the_server_has_accepted_are_served_before_the_manager_stops()
    {
        var server = new FakeServer();
        using var host = Build(services => services.AddHostedService(_ => server));
        await host.StartAsync();
        var manager = host.Services.GetRequiredService<ISharedModelManager>();
        var first = await manager.FetchModelAsync<FakeModel>();
        var waiting = Elsewhere(manager);
        await Condition.UntilAsync(() => manager.GetSnapshot().Models.Single().QueuedRequests == 1);
        var stop = host.StopAsync();
        await server.Stopping.Task;
        var late = Elsewhere(manager);
        first.Dispose();
        (await waiting).Dispose();
        (await late).Dispose();
        Assert.Equal(0, _script.Disposals);
        server.Served.SetResult();
        await stop;
        Assert.Equal(1, _script.Disposals);
    }

    [Fact]
    public async Task While_it_gives_notice_an_application_serves_requests_and_is_not_ready()
    {
        var time = new FakeTimeProvider();
        using var host = Build(
            services =>
            {
                services.AddSingleton<TimeProvider>(time);
                services.AddHealthChecks().AddSharedModels();
            },
            ("SharedModels:Leasing:StopNotice", "00:00:10"));
        await host.StartAsync();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);
        var stop = host.StopAsync();
        Assert.Contains((await health.CheckHealthAsync()).Entries.Values, entry => entry.Description == "The application is stopping.");
        (await host.Services.GetRequiredService<ISharedModelManager>().FetchModelAsync<FakeModel>()).Dispose();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(stop.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await stop;
        await Assert.ThrowsAsync<ManagerShuttingDownException>(
            async () => await host.Services.GetRequiredService<ISharedModelManager>().FetchModelAsync<FakeModel>());
    }

    [Fact]
    public async Task A_stop_whose_time_is_over_ends_its_notice()
    {
        using var host = Build(("SharedModels:Leasing:StopNotice", "1.00:00:00"));
        await host.StartAsync();
        using var impatience = new CancellationTokenSource();
        var stop = host.StopAsync(impatience.Token);
        Assert.False(stop.IsCompleted);
        await impatience.CancelAsync();
        await Task.WhenAny(stop);
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

    /// <summary>Waits for the model as another request would. The test's own wait would be a deadlock.</summary>
    private static Task<IModelLease<FakeModel>> Elsewhere(ISharedModelManager manager)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(() => manager.FetchModelAsync<FakeModel>().AsTask());
    }

    private IHost Build(params (string Key, string Value)[] settings) => Build(static _ => { }, settings);

    private IHost Build(Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        configure(builder.Services);
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.Services
            .AddSharedModelManager(builder.Configuration.GetSection("SharedModels"))
            .AddModel("a", _ => new FakeModel(0, _script));
        return builder.Build();
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Testing;

namespace SharedModels.Tests.HealthChecks;

public sealed class HealthCheckTests
{
    private readonly FakeModelScript _script = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Live_is_healthy_as_long_as_the_scheduler_responds()
    {
        await using var services = Build();
        var report = await CheckAsync(services, "live");
        var entry = Assert.Single(report.Entries);
        Assert.Equal("sharedmodels-live", entry.Key);
        Assert.Equal(HealthStatus.Healthy, entry.Value.Status);
        Assert.Equal(1, entry.Value.Data["models"]);
    }

    [Fact]
    public async Task Ready_waits_for_models_that_are_to_be_preloaded()
    {
        await using var services = Build(preload: true);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(services, "ready")).Status);
        await services.GetRequiredService<SharedModelManager>().StartAsync(CancellationToken.None);
        var report = await CheckAsync(services, "ready");
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal("OnDevice", report.Entries["sharedmodels-ready"].Data["a.residency"]);
    }

    [Fact]
    public async Task Ready_is_unhealthy_while_a_preloaded_model_has_failed_and_says_why()
    {
        await using var services = Build(preload: true);
        _script.Load.FailWith(new IOException("The disk is gone."));
        await services.GetRequiredService<SharedModelManager>().StartAsync(CancellationToken.None);
        var report = await CheckAsync(services, "ready");
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.Equal("Model 'a' is not on its device: The disk is gone.", report.Entries["sharedmodels-ready"].Description);
    }

    [Fact]
    public async Task Ready_is_unhealthy_while_a_queue_is_full_and_healthy_afterwards()
    {
        await using var services = Build(queue: 1);
        var manager = services.GetRequiredService<ISharedModelManager>();
        var held = await manager.FetchModelAsync("a");
        var waiting = manager.FetchModelAsync("a").AsTask();
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(services, "ready")).Status);
        held.Dispose();
        (await waiting).Dispose();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(services, "ready")).Status);
    }

    [Fact]
    public async Task Ready_is_degraded_while_a_lease_is_held_too_long()
    {
        await using var services = Build(maxHold: TimeSpan.FromSeconds(1));
        var lease = await services.GetRequiredService<ISharedModelManager>().FetchModelAsync("a");
        _time.Advance(TimeSpan.FromSeconds(2));
        var report = await CheckAsync(services, "ready");
        Assert.Equal(
            (HealthStatus.Degraded, "Model 'a' has been held too long."),
            (report.Status, report.Entries["sharedmodels-ready"].Description));
        lease.Dispose();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(services, "ready")).Status);
    }

    [Fact]
    public async Task Ready_is_unhealthy_while_the_application_stops()
    {
        await using var services = Build();
        services.GetRequiredService<SharedModelManager>().BeginShutdown();
        var report = await CheckAsync(services, "ready");
        Assert.Equal("The application is stopping.", report.Entries["sharedmodels-ready"].Description);
    }

    private static Task<HealthReport> CheckAsync(IServiceProvider services, string tag) =>
        services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(tag));

    private ServiceProvider Build(bool preload = false, int queue = 8, TimeSpan? maxHold = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSharedModelManager(
            options => options.Leasing = new() { MaxQueueLength = queue, MaxHold = maxHold ?? Timeout.InfiniteTimeSpan })
            .AddModel("a", _ => new FakeModel(0, _script), options => options.Preload = preload);
        services.AddHealthChecks().AddSharedModels().AddSharedModels();
        return services.BuildServiceProvider();
    }
}

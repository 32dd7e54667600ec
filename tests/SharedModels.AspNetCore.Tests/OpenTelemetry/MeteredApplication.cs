using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Metrics;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>An application that exports the meter to Prometheus, in which everything has happened that is measured.</summary>
internal sealed class MeteredApplication : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeAccelerator _accelerator;
    private WebApplication? _gateway;

    private MeteredApplication(WebApplication app, FakeAccelerator accelerator, FakeTimeProvider time) =>
        (_app, _accelerator, Time) = (app, accelerator, time);

    public FakeTimeProvider Time { get; }

    public ISharedModelManager Manager => _app.Services.GetRequiredService<ISharedModelManager>();

    public Uri Address => new(_app.Urls.Single());

    public static async Task<MeteredApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var time = new FakeTimeProvider();
        var accelerator = new FakeAccelerator(30, time: time);
        builder.Configuration["SharedModels:Leasing:CpuFallback"] = "true";
        builder.Services.AddSingleton<TimeProvider>(time).AddFakeAccelerator(accelerator);
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"))
            .AddModel("a", _ => new FakeModel(20))
            .AddModel("b", _ => new FakeModel(20))
            .AddModel("c", _ => new FakeModel(20));
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter("SharedModels")
            .AddPrometheusExporter(static options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        var app = builder.Build();
        app.UseRouting();
        app.MapSharedModelsNode();
        app.MapPrometheusScrapingEndpoint();
        app.MapGet("/work", static () => "done").RouteByModels("c");
        app.MapGet("/crash", static (HttpContext context) => context.Abort()).RouteByModels("c");
        await app.StartAsync();
        return new(app, accelerator, time);
    }

    /// <summary>
    /// Makes a load, moves, an eviction and a fallback, requests of a gateway, one of which is lost, and leaves a lease.
    /// </summary>
    public async Task<IDisposable> UseEverythingAsync()
    {
        await UseGatewayAsync();
        (await Manager.FetchModelAsync("a")).Dispose();
        (await Manager.FetchModelAsync("b")).Dispose();
        _accelerator.Lose();
        (await Manager.FetchModelAsync("a")).Dispose();
        _accelerator.Return();
        Time.Advance(TimeSpan.FromSeconds(1.1));
        await Condition.UntilAsync(() => Manager.GetSnapshot().Devices.All(static device => device.Error is null));
        return await Manager.FetchModelAsync("b");
    }

    /// <summary>Returns what Prometheus reads.</summary>
    public async Task<string> ScrapeAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        return await client.GetStringAsync("/metrics");
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        await _app.DisposeAsync();
    }

    // The exporter reads all meters of the process with this name.
    private async Task UseGatewayAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["SharedModels:Cluster:Nodes:0"] = Address.ToString();
        builder.Services.AddReverseProxy().AddSharedModels(builder.Configuration.GetSection("SharedModels:Cluster"));
        _gateway = builder.Build();
        _gateway.MapSharedModelsGateway();
        _gateway.MapSharedModelsClusterDashboard();
        await _gateway.StartAsync();
        using var client = new HttpClient { BaseAddress = new(_gateway.Urls.Single()), Timeout = TestBound.Wait };

        // Until the node has reported, the gateway does not know its models.
        await Condition.UntilAsync(async () =>
            (await client.GetStringAsync("/cluster/state")).Contains("\"Live\"", StringComparison.Ordinal));
        foreach (var (path, status) in new[] { ("/work", HttpStatusCode.OK), ("/crash", HttpStatusCode.BadGateway) })
        {
            using var response = await client.GetAsync(path);
            Assert.Equal(status, response.StatusCode);
        }
    }
}

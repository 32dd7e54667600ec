using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
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
            .AddModel("b", _ => new FakeModel(20));
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter("SharedModels")
            .AddPrometheusExporter(static options => options.ScrapeResponseCacheDurationMilliseconds = 0));
        var app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        await app.StartAsync();
        return new(app, accelerator, time);
    }

    /// <summary>Makes a load, moves, an eviction and a fallback, and leaves a lease and a waiting request.</summary>
    public async Task<IDisposable> UseEverythingAsync()
    {
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

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace SharedModels.VisionApi.Tests;

/// <summary>The sample in this process, with the settings of a test. Its log is recorded.</summary>
public sealed class VisionApiFactory : WebApplicationFactory<Program>
{
    public Dictionary<string, string> Settings { get; } = [];

    public TimeProvider? Time { get; init; }

    public string Environment { get; init; } = Environments.Development;

    public Action<IServiceCollection>? Configure { get; init; }

    internal FakeLogCollector Log { get; } = new();

    internal IEnumerable<FakeLogRecord> Errors => Log.GetSnapshot().Where(static line => line.Level >= LogLevel.Error);

    internal IEnumerable<FakeLogRecord> Warnings => Log.GetSnapshot().Where(static line => line.Level == LogLevel.Warning);

    public ISharedModelManager Manager => Services.GetRequiredService<ISharedModelManager>();

    /// <summary>Listens on a free port of the loopback device instead of answering in memory.</summary>
    public Uri Listen()
    {
        // The sample starts by itself. It may already have a port when the factory would choose one.
        Settings["urls"] = "http://127.0.0.1:0";
        UseKestrel();
        StartServer();
        return ClientOptions.BaseAddress;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in Settings)
            builder.UseSetting(key, value);
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(new FakeLoggerProvider(Log)));
        builder.UseEnvironment(Environment);
        if (Configure is not null)
            builder.ConfigureTestServices(Configure);
        if (Time is not null)
            builder.ConfigureTestServices(services => services.AddSingleton(Time));
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Dashboard;

/// <summary>An application on a port of the loopback device: six models share two accelerators that have no room for all of them.</summary>
internal sealed class LiveApplication : IAsyncDisposable
{
    private const long Gigabyte = 1_000_000_000;

    private static readonly (string Id, long Bytes, long Working)[] Sizes =
        [
            ("depth", 4 * Gigabyte, 0),
            ("florence", 9 * Gigabyte, Gigabyte),
            ("owlv2", 5 * Gigabyte, Gigabyte / 2),
            ("qr-reader", 40_000_000, 0),
            ("sam", 8 * Gigabyte, 2 * Gigabyte),
            ("whisper", 3 * Gigabyte, Gigabyte / 4),
        ];

    private readonly WebApplication _app;

    private LiveApplication(WebApplication app, FakeAccelerator accelerator) => (_app, Accelerator) = (app, accelerator);

    public static IReadOnlyList<string> Models { get; } = [.. Sizes.Select(static size => size.Id)];

    public FakeAccelerator Accelerator { get; }

    public ISharedModelManager Manager => _app.Services.GetRequiredService<ISharedModelManager>();

    public string Address => _app.Urls.Single();

    public Uri Page => new(new Uri(Address), "/models");

    public FakeModelScript Script(string id) => _app.Services.GetRequiredKeyedService<FakeModelScript>(id);

    public static async Task<LiveApplication> StartAsync(
        TimeProvider time, double bytesPerSecond = 8e9, string address = "http://127.0.0.1:0", bool includeDetails = true,
        bool canControl = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);

        // On a busy machine, the browser can read nothing for longer than a server should wait.
        builder.WebHost.ConfigureKestrel(static options => options.Limits.MinResponseDataRate = null);
        builder.Logging.ClearProviders();
        builder.Configuration["SharedModels:Models:qr-reader:Device"] = "Cpu";
        builder.Configuration["SharedModels:Devices:cpu:MaxConcurrentHolders"] = "4";
        builder.Configuration["SharedModels:Devices:cpu:MemoryBudget"] = "64GiB";
        builder.Configuration["SharedModels:Devices:fake:1:MemoryBudget"] = "auto";
        builder.Configuration["SharedModels:Leasing:MaxQueueLength"] = "40";
        var accelerator = new FakeAccelerator(16 * Gigabyte, count: 2, bytesPerSecond, time);
        builder.Services
            .AddSingleton(time)
            .AddFakeAccelerator(accelerator)
            .Configure<SharedModelsHttpOptions>(options => options.IncludeExceptionDetails = includeDetails);
        var models = builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"));
        foreach (var (id, bytes, working) in Sizes)
        {
            builder.Services.AddKeyedSingleton(id, new FakeModelScript());
            models.AddModel(
                id, services => new FakeModel(bytes, services.GetRequiredKeyedService<FakeModelScript>(id), accelerator, working));
        }

        var app = builder.Build();
        app.MapSharedModels(configure: options => options.AllowAnonymousControl = canControl);
        app.MapGet("/", static () => "The application");
        app.MapSharedModelsDashboard();
        await app.StartAsync();
        return new(app, accelerator);
    }

    /// <summary>Leases a model and releases it.</summary>
    public async Task UseAsync(string id, TimeSpan hold, TimeProvider time)
    {
        try
        {
            await using var lease = await Manager.FetchModelAsync(id);
            if (hold > TimeSpan.Zero)
                await Task.Delay(hold, time, lease.Lost).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (ModelLeaseException)
        {
            // The page shows the failure.
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

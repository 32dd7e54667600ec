using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels;

// Leases, the options of a model and health checks, in a program that is compiled ahead of time.
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Configuration["SharedModels:Models:greeter:Greeting"] = "Hello";
builder.Configuration["SharedModels:Leasing:AcquireTimeout"] = "00:00:05";
builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
builder.Services.AddHealthChecks().AddSharedModels();
using var host = builder.Build();
await host.StartAsync();
await using (var scope = host.Services.CreateAsyncScope())
{
    var lease = scope.ServiceProvider.GetRequiredService<IModelLease<Greeter>>();
    await lease.AcquireAsync();
    Console.WriteLine(await lease.InvokeAsync(static greeter => greeter.Greet("world")));
}

var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
Console.WriteLine($"{report.Status} {report.Entries.Count}");
await host.StopAsync();

[SharedModel("greeter")]
public sealed class Greeter(IOptionsMonitor<GreeterOptions> options) : ISharedModel
{
    public ModelFootprint Footprint => new(HostBytes: 1_000);

    public ValueTask LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public string Greet(string name) => $"{options.CurrentValue.Greeting}, {name}";
}

public sealed class GreeterOptions
{
    public string Greeting { get; set; } = "";
}

using SharedModels;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
builder.Services.AddModelLeaseProblems();
builder.Services.AddHealthChecks().AddSharedModels();
var app = builder.Build();
app.UseExceptionHandler();
app.MapGet("/count", (string text, IModelLease<Counter> lease) => lease.Model.Count(text)).RequireModelLeases();
app.MapSharedModels();
app.MapSharedModelsHealth();
await app.StartAsync();

using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
Console.WriteLine($"count: {await client.GetStringAsync("/count?text=one%20two")}");
Console.WriteLine($"ready: {(int)(await client.GetAsync("/health/ready")).StatusCode}");
Console.WriteLine($"models: {await client.GetStringAsync("/sharedmodels")}");
await app.StopAsync();

[SharedModel("counter")]
public sealed class Counter
{
    public int Count(string text) => text.Split(' ').Length;
}

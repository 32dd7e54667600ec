using Microsoft.AspNetCore.Mvc;
using SharedModels;
using SharedModels.Testing;
using Throughput;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
builder.Services.AddModelLeaseProblems();

// A stand-in for two GPUs, so that replicas can be seen on any machine. Code for each device runs on a thread of the CPU.
builder.Services.AddFakeAccelerator(new FakeAccelerator(memoryBytes: 100_000_000, count: 2));

var app = builder.Build();
app.UseExceptionHandler();

// Tenants: waiting requests of each get the same time. Asynchronous use: the run ends if the client hangs up.
app.MapGet("/score", async (
    string text, [FromHeader(Name = "X-Tenant")] string? tenant, IModelLease<Sentiment> lease, CancellationToken ct) =>
{
    await lease.AcquireAsync(new AcquireOptions { Tenant = tenant }, ct);
    return await lease.InvokeAsync((model, token) => model.ScoreAsync(text, token), ct);
});

// Batches: the inputs that are waiting run together.
app.MapGet("/batch", (string text, IModelLease<Sentiment> lease, CancellationToken ct) => lease.RunAsync(text, ct));

// Streams: the client receives each item when it is computed.
app.MapGet("/words", (string text, IModelLease<Sentiment> lease, CancellationToken ct) => TypedResults.ServerSentEvents(
    lease.StreamAsync((model, token) => model.ScoreWordsAsync(text, token), cancellationToken: ct))).RequireModelLeases();

// Versions: the new one takes over when it is loaded. Outside a sample, require authorization.
app.MapPost("/reload", (ISharedModelManager manager, CancellationToken ct) => manager.ReloadAsync(SharedModelIds.Sentiment, ct));

// Replicas: which devices the model is on.
app.MapGet("/replicas", (ISharedModelManager manager) => manager.GetSnapshot().Models.Single().Replicas
    .Select(replica => new { Device = $"{replica.Device}", replica.ActiveLeases }));
app.MapSharedModels();
app.MapSharedModelsDashboard();
app.Run();

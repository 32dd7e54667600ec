using SharedModels;
using SharedModels.Api;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
builder.Services.AddHealthChecks().AddSharedModels();
builder.Services.AddModelLeaseProblems();

var app = builder.Build();
app.UseExceptionHandler();

app.MapGet("/", () => "Try /sentiment?text=a+lovely+day. The live page is at /models.");

// The lease is acquired before the handler runs, and released when the response is complete.
app.MapGet("/sentiment", (string text, IModelLease<Sentiment> lease, CancellationToken cancellationToken) =>
    lease.InvokeAsync(model => model.Score(text), cancellationToken)).RequireModelLeases();

app.MapSharedModelsHealth();       // /health/live and /health/ready
app.MapSharedModels();             // /sharedmodels
app.MapSharedModelsDashboard();    // /models, the live page
app.Run();

/// <summary>Makes the entry point visible to the tests.</summary>
public partial class Program;

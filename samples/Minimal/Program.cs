using SharedModels;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
builder.Services.AddHealthChecks().AddSharedModels();
builder.Services.AddModelLeaseProblems();

var app = builder.Build();
app.UseExceptionHandler();
app.MapGet("/sentiment", (string text, IModelLease<Sentiment> lease, CancellationToken ct) =>
    lease.InvokeAsync(model => model.Score(text), ct)).RequireModelLeases();
app.MapSharedModelsHealth();
app.MapSharedModelsDashboard();
app.MapSharedModels();
app.Run();

/// <summary>Scores a text by the words that it contains.</summary>
[SharedModel("sentiment", KeepAlive = "00:05:00")]
internal sealed class Sentiment : ISharedModel
{
    private string[] _good = [];

    public ModelFootprint Footprint => new(HostBytes: 1_000_000, DeviceBytes: 1_000_000);

    public async ValueTask LoadAsync(CancellationToken cancellationToken) =>
        _good = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "good-words.txt"), cancellationToken);

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public double Score(string text) => text.Split(' ').Average(word => _good.Contains(word, StringComparer.OrdinalIgnoreCase) ? 1.0 : 0.0);
}

using SharedModels;

namespace ClusterSample;

/// <summary>An application with shared models that is a node of a cluster.</summary>
internal static class Node
{
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSharedModels(builder.Configuration.GetSection("SharedModels"));
        var app = builder.Build();
        app.MapGet("/sentiment", (string text, IModelLease<Sentiment> lease, CancellationToken ct) =>
            lease.InvokeAsync(model => new Answer(model.Score(text), port), ct)).RequireModelLeases().AllowModelRetry();
        app.MapGet("/language", (string text, IModelLease<Language> lease, CancellationToken ct) =>
            lease.InvokeAsync(model => new Answer(model.Score(text), port), ct)).RequireModelLeases().AllowModelRetry();
        app.MapSharedModelsNode();

        // Reading the console blocks, and the start waits for this callback.
        app.Lifetime.ApplicationStarted.Register(() => _ = Task.Run(() => StopWithInputAsync(app)));
        await app.RunAsync($"http://127.0.0.1:{port}");
    }

    private static async Task StopWithInputAsync(WebApplication app)
    {
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        app.Lifetime.StopApplication();
    }
}

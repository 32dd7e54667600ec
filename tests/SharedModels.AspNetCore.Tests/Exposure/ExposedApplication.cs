using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.AspNetCore.Tests.Endpoints;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Exposure;

/// <summary>An application with every exit of the package. Its user code has failed with a message that clients must not see.</summary>
internal sealed class ExposedApplication(WebFixture fixture) : IAsyncDisposable
{
    public const string Secret = "/srv/secrets";

    private const string Message = $"Could not find file '{Secret}/tenant-17/weights.safetensors'.";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. fixture.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public FakeLogCollector Log => fixture.Log;

    public static async Task<ExposedApplication> StartAsync(Fault fault, string environment, bool? includeDetails = null)
    {
        var script = new FakeModelScript();
        if (fault == Fault.Load)
            script.Load.FailWith(new FileNotFoundException(Message));
        var fixture = await WebFixture.StartInAsync(
            environment,
            Map,
            services =>
            {
                services.AddKeyedSingleton("a", script);
                services.AddSignalR().AddModelLeases();
                services.AddControllers().AddApplicationPart(typeof(LeasedController).Assembly);
                services.AddRazorPages(static options => options.RootDirectory = "/Endpoints/Pages");
                services.AddHealthChecks().AddSharedModels()
                    .AddCheck("broken", static () => throw new FileNotFoundException(Message), tags: ["live"])
                    .AddCheck(
                        "own",
                        static () => HealthCheckResult.Unhealthy(Message, data: new Dictionary<string, object> { ["path"] = Message }),
                        tags: ["live"]);
                if (includeDetails is { } choice)
                    services.AddModelLeaseProblems(options => options.IncludeExceptionDetails = choice);
            },
            ("Models:a:Preload", "true"));
        if (fault == Fault.DeviceLoss)
        {
            fixture.Accelerator.Lose(cause: new IOException(Message));
            return new(fixture);
        }

        // The load at startup failed before any client could watch, and is retried later.
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<ModelLoadException>(() => fixture.Manager.PreloadAsync("a").AsTask()).WaitAsync(Limit);
        return new(fixture);
    }

    /// <summary>
    /// Calls an endpoint of the route, or a method of the hub, and returns everything that the application answers.
    /// </summary>
    public Task<string> CallAsync(string exit)
    {
        var answer = exit.Split(' ') switch
        {
            ["HUB", var method] => InvokeAsync(method),
            ["GET", "/sharedmodels/events"] => FollowAsync(),
            [var method, var route] => SendAsync(method, route.Replace("{id}", "a", StringComparison.Ordinal)),
            _ => throw new ArgumentException(exit, nameof(exit)),
        };
        return answer.WaitAsync(Limit);
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    private static void Map(WebApplication app)
    {
        app.MapGet("/use", static (IModelLease<FakeModel> lease) => lease.Model.Use()).RequireModelLeases();
        app.MapGet("/throw", static void () => throw new ModelLeaseException($"SharedModels:Key {Message}", new IOException(Message))
        {
            RetryAfter = TimeSpan.FromSeconds(3),
        });
        app.MapControllers();
        app.MapRazorPages();
        app.MapHub<LeasedHub>("/hub");
        app.MapSharedModels(configure: static options => options.AllowAnonymousControl = true);
        app.MapSharedModelsHealth();
        app.MapSharedModelsDashboard();
        app.MapGroup("/closed").MapSharedModels();
    }

    private async Task<string> SendAsync(string method, string path)
    {
        using var recorder = new ResponseRecorder(fixture.Server.CreateHandler());
        using var client = new HttpClient(recorder) { BaseAddress = fixture.Client.BaseAddress };
        using var request = new HttpRequestMessage(new(method), path);
        using var response = await client.SendAsync(request);
        return recorder.Text;
    }

    private async Task<string> InvokeAsync(string method)
    {
        using var recorder = new ResponseRecorder(fixture.Server.CreateHandler());
        await using var connection = new HubConnectionBuilder().WithUrl("http://localhost/hub", options =>
        {
            options.Transports = HttpTransportType.LongPolling;
            options.HttpMessageHandlerFactory = _ => recorder;
        }).Build();
        await connection.StartAsync();
        var exception = await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync<string>(method));
        return $"{recorder.Text}\n{exception.Message}";
    }

    /// <summary>Reads the stream up to and including the change that reports the fault.</summary>
    private async Task<string> FollowAsync()
    {
        using var response = await fixture.Client.GetAsync("/sharedmodels/events", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        using var limit = new CancellationTokenSource(Limit);
        var text = new StringBuilder(ResponseRecorder.HeadOf(response));
        var buffer = new byte[1 << 16];
        while (!text.ToString().Contains("\"modelFaulted\"", StringComparison.Ordinal)
            && !text.ToString().Contains("\"deviceLost\"", StringComparison.Ordinal))
        {
            var read = body.ReadAsync(buffer, limit.Token).AsTask();
            await fixture.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => read.IsCompleted);
            text.Append(Encoding.UTF8.GetString(buffer, 0, await read));
        }

        return text.ToString();
    }
}

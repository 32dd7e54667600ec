using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Routing;
using SharedModels.Testing;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Tests;

/// <summary>A node on a loopback port, with the models "a" and "b" on a fake accelerator.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _executions;
    private long _bodyBytes;

    private TestNode(string name, int port, int maxQueueLength, X509Certificate2? certificate)
    {
        Name = name;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(System.Net.IPAddress.Loopback, port, listen =>
            {
                listen.Protocols = certificate is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
            options.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRouting();
        builder.Configuration["SharedModels:Leasing:MaxQueueLength"] = $"{maxQueueLength}";
        var accelerator = new FakeAccelerator(90);
        builder.Services.AddFakeAccelerator(accelerator);
        var models = builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"));
        foreach (var id in (string[])["a", "b"])
            models.AddModel(id, _ => new FakeModel(30, new(), accelerator));
        _app = builder.Build();
        _app.UseRouting();
        _app.MapSharedModelsNode();
        _app.MapPost("/work/{id}", WorkAsync).RouteByModel("{id}");
        _app.MapPost("/again/{id}", WorkAsync).RouteByModel("id").AllowModelRetry();
        _app.MapGet("/leased", static ([FromKeyedServices("a")] IModelLease<FakeModel> lease) => lease.ModelId);
        _app.MapPost("/call", CallAsync).RouteByModels("a");
        _app.MapGet("/stream", StreamAsync).RouteByModels("a");
        _app.MapGet(
            "/forwarded",
            static (HttpRequest request) =>
                $"{request.Headers["X-Forwarded-For"]} {request.Headers["X-Forwarded-Host"]} {request.Headers["X-Forwarded-Proto"]}")
            .RouteByModels("a");
        _app.MapGet("/bad", static () => TypedResults.BadRequest()).RouteByModels("a");
        _app.MapGet("/page/reports", static () => "not a report");
        _app.MapGet("/private", static () => "not for gateways");
    }

    public string Name { get; }

    public string Address => _app.Urls.Single();

    public int Port => new Uri(Address).Port;

    /// <summary>The gate of the handlers, after they have read the body.</summary>
    public Gate Work { get; } = new();

    /// <summary>Makes handlers break the connection instead of answering, as a process that crashes.</summary>
    public bool IsCrashing { get; set; }

    /// <summary>Makes handlers reject requests, but only after they have read the body.</summary>
    public bool RejectsLate { get; set; }

    /// <summary>The reason of late rejections.</summary>
    public string LateReason { get; set; } = nameof(NodeRejection.Unavailable);

    /// <summary>The number of handlers that have begun.</summary>
    public int Executions => Volatile.Read(ref _executions);

    /// <summary>The number of body bytes that handlers have received.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    public ISharedModelManager Manager => _app.Services.GetRequiredService<ISharedModelManager>();

    public static async Task<TestNode> StartAsync(
        string name, int port = 0, int maxQueueLength = 256, X509Certificate2? certificate = null)
    {
        var node = new TestNode(name, port, maxQueueLength, certificate);
        await node._app.StartAsync();
        return node;
    }

    public Task StopAsync() => _app.StopAsync();

    /// <summary>Stops the node in the order in which a host stops after SIGTERM.</summary>
    public Task TerminateAsync()
    {
        _app.Lifetime.StopApplication();
        return _app.StopAsync();
    }

    public ValueTask DisposeAsync()
    {
        Work.Open();
        return _app.DisposeAsync();
    }

    private async Task WorkAsync(HttpContext context, string id)
    {
        Interlocked.Increment(ref _executions);
        var buffer = new byte[1 << 16];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
            Interlocked.Add(ref _bodyBytes, count);
        if (RejectsLate)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers[NodeHeaders.Rejected] = LateReason;
            return;
        }

        using var lease = await Manager.FetchModelAsync(id, context.RequestAborted);
        await Work.PassAsync(context.RequestAborted);
        if (IsCrashing)
        {
            context.Abort();
            return;
        }

        context.Response.Headers["Node"] = Name;
        await context.Response.WriteAsync(Name);
    }

    /// <summary>Answers as a gRPC service: with the protocol in the body, and trailers.</summary>
    private static async Task CallAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.WriteAsync(context.Request.Protocol);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task StreamAsync(HttpContext context)
    {
        await context.Response.WriteAsync("first ");
        await context.Response.Body.FlushAsync();
        await Work.PassAsync(context.RequestAborted);
        await context.Response.WriteAsync("last");
    }
}

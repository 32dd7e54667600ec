using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>Receives data that is exported by OTLP over HTTP.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, ProtoMessage Message)> _received = [];

    private Collector(WebApplication app) => _app = app;

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = new Collector(builder.Build());
        collector._app.MapPost("/{**path}", collector.ReceiveAsync);
        await collector._app.StartAsync();
        return collector;
    }

    public Uri AddressOf(string signal) => new(new Uri(_app.Urls.Single()), $"/v1/{signal}");

    public IEnumerable<ProtoMessage> Received(string signal) =>
        _received.Where(item => item.Path == $"/v1/{signal}").Select(static item => item.Message);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue((context.Request.Path, new(body.ToArray())));
        context.Response.ContentType = "application/x-protobuf";
    }
}

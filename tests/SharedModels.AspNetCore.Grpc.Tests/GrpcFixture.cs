using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.AspNetCore.Tests;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>The application of the other tests with a gRPC service, and a client for it.</summary>
internal sealed class GrpcFixture : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly GrpcChannel _patient;

    private GrpcFixture(WebFixture web)
    {
        Web = web;

        // A client that retries after ten minutes, unless the server says when.
        var minutes = TimeSpan.FromMinutes(10);
        var patient = new RetryPolicy
        {
            MaxAttempts = 2,
            InitialBackoff = minutes,
            MaxBackoff = minutes,
            BackoffMultiplier = 1,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };
        _channel = GrpcChannel.ForAddress("http://localhost", new() { HttpHandler = web.Server.CreateHandler() });
        _patient = GrpcChannel.ForAddress("http://localhost", new()
        {
            HttpHandler = web.Server.CreateHandler(),
            ServiceConfig = new() { MethodConfigs = { new() { Names = { MethodName.Default }, RetryPolicy = patient } } },
        });
    }

    public WebFixture Web { get; }

    public CallInvoker Patient => _patient.CreateCallInvoker();

    public DetectorScript Script => Web.Services.GetRequiredService<DetectorScript>();

    public int ActiveLeases => Web["a"].ActiveLeases + Web["b"].ActiveLeases;

    public static Task<GrpcFixture> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(static app => app.MapGrpcService<Detector>(), settings: settings);

    public static async Task<GrpcFixture> StartAsync(
        Action<IEndpointRouteBuilder> map, Action<IServiceCollection>? configure = null, params (string Key, string Value)[] settings) =>
        new(await WebFixture.StartAsync(
            app => map(app),
            configure
                ?? (static services =>
                    services.AddSingleton<DetectorScript>().AddScoped<Detector>().AddGrpc().AddModelLeases().AddModelLeases()),
            settings));

    public static async Task<GrpcFixture> StartInAsync(string environment, Action<IServiceCollection> configure) =>
        new(await WebFixture.StartInAsync(
            environment,
            static app => app.MapGrpcService<Detector>(),
            services =>
            {
                services.AddSingleton<DetectorScript>().AddScoped<Detector>().AddGrpc().AddModelLeases();
                configure(services);
            }));

    public async Task<string> CallAsync(Method<string, string> method, CancellationToken cancellationToken = default) =>
        await _channel.CreateCallInvoker().AsyncUnaryCall(method, null, new(cancellationToken: cancellationToken), "");

    public AsyncServerStreamingCall<string> Download() =>
        _channel.CreateCallInvoker().AsyncServerStreamingCall(DetectorBase.DownloadMethod, null, default, "");

    public AsyncServerStreamingCall<string> Count() =>
        _channel.CreateCallInvoker().AsyncServerStreamingCall(DetectorBase.CountMethod, null, default, "");

    public AsyncClientStreamingCall<string, string> Upload() =>
        _channel.CreateCallInvoker().AsyncClientStreamingCall(DetectorBase.UploadMethod, null, default);

    public AsyncDuplexStreamingCall<string, string> Talk() =>
        _channel.CreateCallInvoker().AsyncDuplexStreamingCall(DetectorBase.TalkMethod, null, default);

    public async Task<RpcException> FailAsync(Method<string, string> method) =>
        await Assert.ThrowsAsync<RpcException>(() => CallAsync(method));

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _patient.Dispose();
        return Web.DisposeAsync();
    }
}

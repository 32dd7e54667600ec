using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>A service with two leases. Its methods return their states.</summary>
public sealed class Detector(
    IModelLease<FakeModel> lease,
    [FromKeyedServices("b")] IModelLease<FakeModel> other,
    DetectorScript script)
    : DetectorBase
{
    private string States => $"{lease.ModelId} {lease.State}, {other.ModelId} {other.State}";

    [RequireModelLeases(Timeout = "00:00:05")]
    public override Task<string> Marked(string request, ServerCallContext context) => Task.FromResult(States);

    public override Task<string> Plain(string request, ServerCallContext context) => Task.FromResult(States);

    public override Task<string> Fail(string request, ServerCallContext context) =>
        script.Failures.TryDequeue(out var failure) ? throw failure : Task.FromResult("done");

    [RequireModelLeases]
    public override async Task Download(string request, IServerStreamWriter<string> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(States);
        await script.MayEnd.Task.WaitAsync(context.CancellationToken);
        await responseStream.WriteAsync(States);
    }

    [RequireModelLeases]
    public override async Task Count(string request, IServerStreamWriter<string> responseStream, ServerCallContext context)
    {
        await foreach (var item in lease.StreamAsync((_, ct) => script.Count(ct), cancellationToken: context.CancellationToken))
            await responseStream.WriteAsync(item);
    }

    [RequireModelLeases]
    public override Task<string> Upload(IAsyncStreamReader<string> requestStream, ServerCallContext context) => Task.FromResult(States);

    [RequireModelLeases]
    public override Task Talk(
        IAsyncStreamReader<string> requestStream, IServerStreamWriter<string> responseStream, ServerCallContext context) =>
        responseStream.WriteAsync(States);
}

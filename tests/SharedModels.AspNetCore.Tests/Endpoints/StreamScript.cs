using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>The items of streamed responses, which stop until the test lets them continue.</summary>
public sealed class StreamScript
{
    private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string?> _endedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The thread that disposed the iterator.</summary>
    public Task<string?> EndedOn => _endedOn.Task;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(
            "/json",
            (int count, IModelLease<FakeModel> lease, StreamScript script) =>
                lease.StreamAsync((_, ct) => script.Count(count, ct))).RequireModelLeases();
        app.MapGet(
            "/events",
            (int count, IModelLease<FakeModel> lease, StreamScript script, CancellationToken ct) =>
                TypedResults.ServerSentEvents(lease.StreamAsync((_, ct) => script.Count(count, ct), cancellationToken: ct)))
            .RequireModelLeases();
        app.MapGet(
            "/events-without-token",
            (int count, IModelLease<FakeModel> lease, StreamScript script) =>
                TypedResults.ServerSentEvents(lease.StreamAsync((_, ct) => script.Count(count, ct)))).RequireModelLeases();
    }

    public void Continue() => _mayEnd.TrySetResult();

    /// <summary>Numbers from 0, as texts, whose end a JSON reader sees. Stops after the first one.</summary>
    public IEnumerable<string> Count(int count, CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                yield return $"{i}";
                if (i == 0)
                    _mayEnd.Task.Wait(cancellationToken);
            }
        }
        finally
        {
            _endedOn.TrySetResult(Thread.CurrentThread.Name);
        }
    }
}

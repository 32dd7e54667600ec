using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;
using SharedModels.AspNetCore.Problems;
using SharedModels.Clustering;

namespace SharedModels.AspNetCore.Status;

/// <summary>
/// Sends every change to a client as server-sent events. The first event is a <c>snapshot</c>. The next events are <c>changes</c> in
/// batches, another <c>snapshot</c> if the client has been too slow for them, and a <c>ping</c> if nothing happens. A client that
/// reconnects sends the last change that it received in <c>Last-Event-ID</c>.
/// </summary>
internal sealed class ChangeStream(int maxStreams = int.MaxValue)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    // If there are many changes per second, clients receive them in batches, not one event for each.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Numbers start again when the application restarts, and a client that reconnects may send a number from an earlier run.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    private readonly StreamLimit _limit = new(maxStreams);

    public Results<ServerSentEventsResult<string>, ProblemHttpResult> Get(
        HttpContext context, ISharedModelManager manager, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (_limit.Refuse(context.Response) is { } refusal)
            return refusal;
        context.Response.Headers["X-Accel-Buffering"] = "no";

        // An open stream must not prevent the application from stopping.
        var includeDetails = ExceptionDetails.AreIncluded(context.RequestServices);
        return TypedResults.ServerSentEvents(
            ReadAsync(manager, KnownBy(context.Request), time, includeDetails, lifetime.ApplicationStopping, context.RequestAborted));
    }

    /// <summary>Returns the events for a client. A new client also receives the changes of the past that the manager has kept.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        ISharedModelManager manager,
        long? known,
        TimeProvider time,
        bool includeDetails,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The first event is sent immediately, so that the client knows that it is connected.
        var first = manager.GetSnapshot();
        yield return known is null ? Snapshot(first, time, includeDetails) : Ping(time);
        var batches = new ChangeBatches(token => manager.WatchAsync(known ?? 0, token), time, Silence, Pause, stopping, cancellationToken);
        await using var end = batches.ConfigureAwait(false);
        var told = known ?? first.LastChange;
        while (await batches.ReadAsync().ConfigureAwait(false) is { } batch)
        {
            var gap = batch.FindLastIndex(static change => change.Kind == SharedModelsChangeKind.Missed);

            // For a new client, changes that are no longer kept precede its snapshot, so they do not need another one.
            if (gap >= 0 && batch[gap].Number > told)
                yield return Snapshot(manager.GetSnapshot(), time, includeDetails);

            // Changes before the gap are dropped, because the changes that complete them may be missing.
            batch.RemoveRange(0, gap + 1);
            yield return batch.Count == 0 ? Ping(time) : Changes(batch, includeDetails);
        }
    }

    private long? KnownBy(HttpRequest request) =>
        request.Headers["Last-Event-ID"].ToString().Split('@') is [var text, var run]
            && run == _run
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static SseItem<string> Snapshot(SharedModelsSnapshot snapshot, TimeProvider time, bool includeDetails) =>
        new(JsonSerializer.Serialize(ModelsResponse.Create(snapshot, time, includeDetails), StatusJson.Default.ModelsResponse), "snapshot");

    private static SseItem<string> Ping(TimeProvider time) =>
        new(time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), "ping");

    private SseItem<string> Changes(List<SharedModelsChange> changes, bool includeDetails) =>
        new(
            JsonSerializer.Serialize([.. changes.Select(change => Change.Create(change, includeDetails))], StatusJson.Default.ChangeArray),
            "changes")
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"{changes[^1].Number}@{_run}"),
        };
}

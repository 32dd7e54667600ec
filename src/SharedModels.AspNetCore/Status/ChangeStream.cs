using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;

namespace SharedModels.AspNetCore.Status;

/// <summary>
/// Tells a client of every change, as server-sent events: first a <c>snapshot</c>, then <c>changes</c> in lists, a <c>snapshot</c> again whenever the client
/// was too slow for them, and a <c>ping</c> when nothing happens. A client that comes back says by <c>Last-Event-ID</c> what it knows.
/// </summary>
internal static class ChangeStream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    // Under many changes a second clients get lists of them, and not a message for each.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static ServerSentEventsResult<string> Get(HttpContext context, ISharedModelManager manager, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(ReadAsync(manager, KnownBy(context.Request), time, lifetime.ApplicationStopping, context.RequestAborted));
    }

    private static long? KnownBy(HttpRequest request) =>
        long.TryParse(request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A client that knows nothing gets what is kept of the past, too.</summary>
    private static async IAsyncEnumerable<SseItem<string>> ReadAsync(
        ISharedModelManager manager, long? known, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A stream that lasts must not keep the application from stopping.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        var current = manager.GetSnapshot();
        if (known is null || known > current.LastChange)
            yield return Snapshot(current);
        var batches = new ChangeBatches(manager.WatchAsync(known > current.LastChange ? null : known ?? 0, ends.Token), time, Silence, Pause);
        await using var end = batches.ConfigureAwait(false);
        while (await batches.ReadAsync(ends.Token).ConfigureAwait(false) is { } batch)
        {
            if (batch.Exists(static change => change.Kind == SharedModelsChangeKind.Missed))
                yield return Snapshot(manager.GetSnapshot());
            batch.RemoveAll(static change => change.Kind == SharedModelsChangeKind.Missed);
            yield return batch.Count == 0 ? new SseItem<string>("", "ping") : Changes(batch);
        }
    }

    private static SseItem<string> Snapshot(SharedModelsSnapshot snapshot) =>
        new(JsonSerializer.Serialize(ModelsResponse.Create(snapshot), StatusJson.Default.ModelsResponse), "snapshot");

    private static SseItem<string> Changes(List<SharedModelsChange> changes) =>
        new(JsonSerializer.Serialize([.. changes.Select(Change.Create)], StatusJson.Default.ChangeArray), "changes")
        {
            EventId = changes[^1].Number.ToString(CultureInfo.InvariantCulture),
        };
}

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
internal sealed class ChangeStream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    // Under many changes a second clients get lists of them, and not a message for each.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Numbers begin anew when the application does, and a client that comes back may have those of another run.
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];

    public ServerSentEventsResult<string> Get(HttpContext context, ISharedModelManager manager, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        context.Response.Headers["X-Accel-Buffering"] = "no";

        // A stream that lasts must not keep the application from stopping.
        return TypedResults.ServerSentEvents(ReadAsync(manager, KnownBy(context.Request), time, lifetime.ApplicationStopping, context.RequestAborted));
    }

    /// <summary>A client that knows nothing gets what is kept of the past, too.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(
        ISharedModelManager manager, long? known, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Something is sent at once, so that the client knows that it is connected.
        var first = manager.GetSnapshot();
        yield return known is null ? Snapshot(first, time) : Ping(time);
        var batches = new ChangeBatches(token => manager.WatchAsync(known ?? 0, token), time, Silence, Pause, stopping, cancellationToken);
        await using var end = batches.ConfigureAwait(false);
        var told = known ?? first.LastChange;
        while (await batches.ReadAsync().ConfigureAwait(false) is { } batch)
        {
            var gap = batch.FindLastIndex(static change => change.Kind == SharedModelsChangeKind.Missed);

            // What a new client misses of the past is before its snapshot.
            if (gap >= 0 && batch[gap].Number > told)
                yield return Snapshot(manager.GetSnapshot(), time);

            // Of what was before the gap nobody learns how it ended.
            batch.RemoveRange(0, gap + 1);
            yield return batch.Count == 0 ? Ping(time) : Changes(batch);
        }
    }

    private long? KnownBy(HttpRequest request) =>
        request.Headers["Last-Event-ID"].ToString().Split('@') is [var text, var run] && run == _run && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static SseItem<string> Snapshot(SharedModelsSnapshot snapshot, TimeProvider time) =>
        new(JsonSerializer.Serialize(ModelsResponse.Create(snapshot, time), StatusJson.Default.ModelsResponse), "snapshot");

    private static SseItem<string> Ping(TimeProvider time) => new(time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), "ping");

    private SseItem<string> Changes(List<SharedModelsChange> changes) =>
        new(JsonSerializer.Serialize([.. changes.Select(Change.Create)], StatusJson.Default.ChangeArray), "changes")
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"{changes[^1].Number}@{_run}"),
        };
}

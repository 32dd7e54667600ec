using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SharedModels.AspNetCore.Tests.Status;

/// <summary>Reads server-sent events, and advances the clock while it waits for them.</summary>
internal sealed class EventClient(WebFixture fixture, HttpResponseMessage response, Stream body) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IAsyncEnumerator<SseItem<string>> _items = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();

    /// <summary>The value that a browser would send as <c>Last-Event-ID</c>.</summary>
    public string? LastId { get; private set; }

    public async Task<(string Type, JsonElement Json)> NextAsync(TimeSpan? step = null)
    {
        Assert.False(await HasEndedAsync(step));
        LastId = _items.Current.EventId ?? LastId;
        return (_items.Current.EventType, JsonSerializer.Deserialize<JsonElement>(_items.Current.Data));
    }

    public async Task<bool> HasEndedAsync(TimeSpan? step = null)
    {
        var next = _items.MoveNextAsync().AsTask();
        await fixture.AdvanceUntilAsync(step ?? Pause, () => next.IsCompleted);
        return !await next;
    }

    /// <summary>Reads until it has the given number of changes, in any number of lists.</summary>
    public async Task<IReadOnlyList<ReadChange>> ChangesAsync(int count)
    {
        var changes = new List<ReadChange>();
        while (changes.Count < count)
        {
            if (await NextAsync() is ("changes", var list))
                changes.AddRange(Parse(list));
        }

        return changes;
    }

    public static IReadOnlyList<ReadChange> Parse(JsonElement list) =>
        [.. list.EnumerateArray().Select(static change => new ReadChange(change))];

    public async ValueTask DisposeAsync()
    {
        response.Dispose();
        await body.DisposeAsync();
    }

    internal readonly record struct ReadChange(JsonElement Json)
    {
        public long Number => Json.GetProperty("number").GetInt64();

        public string? Kind => Json.GetProperty("kind").GetString();

        public string? Model => Json.GetProperty("model").GetString();

        public string? Device => Json.GetProperty("device").GetString();
    }
}

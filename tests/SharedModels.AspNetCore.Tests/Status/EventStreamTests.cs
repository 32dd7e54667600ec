using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using SharedModels.AspNetCore.Status;

namespace SharedModels.AspNetCore.Tests.Status;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A_client_gets_a_snapshot_and_then_every_change()
    {
        await using var fixture = await StartAsync();
        await using var events = await fixture.OpenEventsAsync();
        var snapshot = await events.NextAsync();
        Assert.Equal(
            ("snapshot", 0L, 2),
            (snapshot.Type, snapshot.Json.GetProperty("lastChange").GetInt64(), snapshot.Json.GetProperty("models").GetArrayLength()));
        (await fixture.Manager.FetchModelAsync("a")).Dispose();
        var changes = await events.ChangesAsync(7);
        Assert.Equal(
            ["requestQueued", "loadStarted", "stepEnded", "moveStarted", "stepEnded", "leaseGranted", "leaseReleased"],
            changes.Select(static change => change.Kind));
        Assert.Equal(Enumerable.Range(1, 7).Select(static number => (long)number), changes.Select(static change => change.Number));
        Assert.All(changes, static change => Assert.Equal(("a", "fake:0"), (change.Model, change.Device)));
    }

    [Fact]
    public async Task A_new_client_gets_the_changes_that_are_kept_too()
    {
        await using var fixture = await StartAsync();
        (await fixture.Manager.FetchModelAsync("a")).Dispose();
        await using var events = await fixture.OpenEventsAsync();
        Assert.Equal(7, (await events.NextAsync()).Json.GetProperty("lastChange").GetInt64());
        Assert.Equal(7, (await events.ChangesAsync(7)).Count);
    }

    [Fact]
    public async Task A_client_that_reconnects_gets_the_changes_it_has_not_seen()
    {
        await using var fixture = await StartAsync();
        string? known;
        await using (var events = await fixture.OpenEventsAsync())
        {
            (await fixture.Manager.FetchModelAsync("a")).Dispose();
            await events.ChangesAsync(7);
            known = events.LastId;
        }

        (await fixture.Manager.FetchModelAsync("a")).Dispose();
        await using var again = await fixture.OpenEventsAsync(known);
        Assert.Equal("ping", (await again.NextAsync()).Type);
        Assert.Equal(["leaseGranted", "leaseReleased"], (await again.ChangesAsync(2)).Select(static change => change.Kind));
    }

    [Theory]
    [InlineData("7@anotherrun")]
    [InlineData("7")]
    [InlineData("-1@x")]
    [InlineData("nonsense")]
    public async Task A_client_of_an_earlier_run_of_the_application_starts_over(string known)
    {
        await using var fixture = await StartAsync();
        await using var events = await fixture.OpenEventsAsync(known);
        Assert.Equal("snapshot", (await events.NextAsync()).Type);
    }

    [Fact]
    public async Task A_slow_client_gets_a_snapshot_for_missed_changes_and_never_slows_the_manager()
    {
        await using var fixture = await StartAsync();
        await using var events = await fixture.OpenEventsAsync();
        await events.NextAsync();
        (await fixture.Manager.FetchModelAsync("a")).Dispose();
        await events.ChangesAsync(7);
        const int uses = 20_000;
        for (var i = 0; i < uses; i++)
            (await fixture.Manager.FetchModelAsync("a")).Dispose();
        var last = fixture.Manager.GetSnapshot().LastChange;
        Assert.Equal(7 + (2 * uses), last);
        var missed = false;
        var (seen, received) = (7L, 0);
        while (seen < last)
        {
            var next = await events.NextAsync();
            missed |= next.Type == "snapshot";
            if (next.Type != "changes")
                continue;
            var changes = EventClient.Parse(next.Json);
            Assert.True(missed || changes[0].Number == seen + 1, "Changes were lost, and the client was not notified.");
            (seen, received) = (changes[^1].Number, received + changes.Count);
        }

        Assert.True(missed);
        Assert.InRange(received, 1, (2 * uses) - 1);
    }

    [Fact]
    public async Task A_client_that_is_slow_after_its_first_snapshot_gets_another_one_for_missed_changes()
    {
        await using var fixture = await StartAsync();
        await using var stream = Read(fixture);
        Assert.True(await stream.MoveNextAsync());
        await UseAsync(fixture, 5000);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("snapshot", stream.Current.EventType);
    }

    [Fact]
    public async Task Changes_that_a_new_client_missed_are_sent_before_its_snapshot()
    {
        await using var fixture = await StartAsync();
        await UseAsync(fixture, 5000);
        await using var stream = Read(fixture);
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("changes", stream.Current.EventType);
    }

    [Fact]
    public async Task Changes_before_a_gap_are_not_sent_after_the_snapshot()
    {
        await using var fixture = await StartAsync();
        await UseAsync(fixture, 300);
        await using var stream = Read(fixture);
        Assert.True(await stream.MoveNextAsync());
        Assert.True(await stream.MoveNextAsync());
        await UseAsync(fixture, 5000);
        var next = stream.MoveNextAsync().AsTask();
        await fixture.AdvanceUntilAsync(TimeSpan.FromMilliseconds(50), () => next.IsCompleted);
        Assert.True(await next);
        Assert.Equal("snapshot", stream.Current.EventType);
        Assert.True(await stream.MoveNextAsync());
        var numbers = EventClient.Parse(JsonSerializer.Deserialize<JsonElement>(stream.Current.Data))
            .Select(static change => change.Number)
            .ToList();
        Assert.InRange(numbers[0], 605 + 1, fixture.Manager.GetSnapshot().LastChange);
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => numbers[0] + i), numbers);
    }

    [Fact]
    public async Task An_idle_stream_sends_pings_with_the_time_of_the_server()
    {
        await using var fixture = await StartAsync();
        await using var events = await fixture.OpenEventsAsync();
        await events.NextAsync();
        var ping = await events.NextAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("ping", ping.Type);
        Assert.InRange(ping.Json.GetInt64(), 15_000, fixture.Time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task It_ends_when_the_application_stops()
    {
        await using var fixture = await StartAsync();
        await using var events = await fixture.OpenEventsAsync();
        await events.NextAsync();
        var stopping = fixture.StopAsync();
        Assert.True(await events.HasEndedAsync());
        await stopping;
    }

    [Fact]
    public async Task A_client_that_disconnects_ends_the_enumeration()
    {
        var ended = new TaskCompletionSource();
        await using var fixture = await WebFixture.StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                finally
                {
                    ended.TrySetResult();
                }
            });
            app.MapSharedModels();
        });
        await using (var events = await fixture.OpenEventsAsync())
            await events.NextAsync();
        await ended.Task;
    }

    [Fact]
    public async Task Every_change_has_a_time_and_its_data()
    {
        await using var fixture = await StartAsync();
        await using var events = await fixture.OpenEventsAsync();
        await fixture.Manager.PreloadAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        var held = await fixture.Manager.FetchModelAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(3));
        held.Dispose();
        await fixture.Manager.EvictAsync("a");
        var changes = await events.ChangesAsync(8);
        Assert.Equal(
            ["loadStarted", "stepEnded", "moveStarted", "stepEnded", "leaseGranted", "leaseReleased", "evictionStarted", "stepEnded"],
            changes.Select(static change => change.Kind));
        var released = changes[5].Json;
        Assert.Equal(
            (5000L, 1L, 3000d),
            (released.GetProperty("at").GetInt64(), released.GetProperty("lease").GetInt64(), released.GetProperty("ms").GetDouble()));
        Assert.Equal(
            ("request", "OnHost"),
            (changes[6].Json.GetProperty("detail").GetString(), changes[7].Json.GetProperty("residency").GetString()));
    }

    [Fact]
    public async Task Above_the_limit_clients_are_rejected_until_another_client_disconnects()
    {
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapSharedModels(configure: static options => options.MaxEventStreams = 2));
        await using var first = await fixture.OpenEventsAsync();
        await first.NextAsync();
        await using (var second = await fixture.OpenEventsAsync())
        {
            await second.NextAsync();
            using var rejected = await fixture.Client.GetAsync("/sharedmodels/events");
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10)), (rejected.StatusCode, rejected.Headers.RetryAfter!.Delta));
            Assert.Equal("application/problem+json", rejected.Content.Headers.ContentType?.MediaType);
            Assert.Equal(HttpStatusCode.OK, (await fixture.Client.GetAsync("/sharedmodels")).StatusCode);
        }

        await Condition.UntilAsync(() =>
            fixture.Client
                .GetAsync("/sharedmodels/events", HttpCompletionOption.ResponseHeadersRead)
                .GetAwaiter()
                .GetResult().IsSuccessStatusCode);
    }

    [Fact]
    public void A_negative_limit_is_an_error()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        Assert.Throws<ArgumentOutOfRangeException>(() => app.MapSharedModels(configure: static options => options.MaxEventStreams = -1));
    }

    private static IAsyncEnumerator<SseItem<string>> Read(WebFixture fixture) =>
        new ChangeStream()
            .ReadAsync(fixture.Manager, known: null, fixture.Time, includeDetails: false, stopping: default, cancellationToken: default)
            .GetAsyncEnumerator();

    private static async Task UseAsync(WebFixture fixture, int times)
    {
        for (var i = 0; i < times; i++)
            (await fixture.Manager.FetchModelAsync("a")).Dispose();
    }

    private static Task<WebFixture> StartAsync() => WebFixture.StartAsync(static app => app.MapSharedModels());
}

using Microsoft.Extensions.Time.Testing;
using SharedModels.Coordination;

namespace SharedModels.Tests.Diagnostics;

public sealed class ChangeJournalTests
{
    private readonly ChangeJournal _journal = new(new SchedulerClock(new FakeTimeProvider()));

    [Fact]
    public void Nothing_is_recorded_before_the_first_watcher()
    {
        Add("a");
        Assert.Equal((false, 0L), (_journal.IsWatched, _journal.Last));
        _ = _journal.WatchAsync(null, default);
        Add("b");
        Assert.Equal((true, 1L), (_journal.IsWatched, _journal.Last));
    }

    [Fact]
    public async Task A_watcher_gets_the_changes_after_a_number_and_then_new_ones()
    {
        _ = _journal.WatchAsync(null, default);
        Add("a");
        Add("b");
        await using var changes = _journal.WatchAsync(1, default).GetAsyncEnumerator();
        Assert.Equal((2L, "b"), await NextAsync(changes));
        var next = changes.MoveNextAsync();
        Assert.False(next.IsCompleted);
        Add("c");
        Assert.True(await next);
        Assert.Equal("c", changes.Current.ModelId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1_000L)]
    public async Task A_watcher_of_future_changes_gets_no_earlier_ones(long? after)
    {
        _ = _journal.WatchAsync(null, default);
        Add("a");
        await using var changes = _journal.WatchAsync(after, default).GetAsyncEnumerator();
        Add("b");
        Assert.Equal((2L, "b"), await NextAsync(changes));
    }

    [Fact]
    public async Task A_watcher_that_is_too_slow_learns_that_it_missed_changes()
    {
        await using var changes = _journal.WatchAsync(0, default).GetAsyncEnumerator();
        for (var i = 1; i <= ChangeJournal.Capacity + 10; i++)
            Add($"m{i}");
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal((10L, SharedModelsChangeKind.Missed), (changes.Current.Number, changes.Current.Kind));
        for (var i = 11; i <= ChangeJournal.Capacity + 10; i++)
            Assert.Equal((i, $"m{i}"), await NextAsync(changes));
    }

    [Fact]
    public void A_negative_number_is_rejected() => Assert.Throws<ArgumentOutOfRangeException>(() => _journal.WatchAsync(-1, default));

    [Fact]
    public async Task Every_watcher_gets_every_change()
    {
        await using var first = _journal.WatchAsync(null, default).GetAsyncEnumerator();
        await using var second = _journal.WatchAsync(null, default).GetAsyncEnumerator();
        var (one, two) = (first.MoveNextAsync().AsTask(), second.MoveNextAsync().AsTask());
        Add("a");
        Assert.True(await one && await two);
        Assert.Equal(("a", "a"), (first.Current.ModelId, second.Current.ModelId));
    }

    [Fact]
    public async Task Watching_ends_with_its_token()
    {
        using var end = new CancellationTokenSource();
        await using var changes = _journal.WatchAsync(null, end.Token).GetAsyncEnumerator();
        var next = changes.MoveNextAsync().AsTask();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static async Task<(long Number, string? Model)> NextAsync(IAsyncEnumerator<SharedModelsChange> changes)
    {
        Assert.True(await changes.MoveNextAsync());
        return (changes.Current.Number, changes.Current.ModelId);
    }

    private void Add(string model) => _journal.Add(new()
    {
        Number = 0,
        Kind = SharedModelsChangeKind.LoadStarted,
        Time = DateTimeOffset.UnixEpoch,
        ModelId = model,
        Residency = ModelResidency.Loading,
    });
}

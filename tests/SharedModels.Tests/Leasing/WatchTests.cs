using SharedModels.Testing;
using Kind = SharedModels.SharedModelsChangeKind;

namespace SharedModels.Tests.Leasing;

/// <summary>The changes that watchers of a manager receive.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task A_lease_is_reported_from_the_queue_to_the_release()
    {
        await using var fixture = Create();
        _ = fixture.Manager.WatchAsync();
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        held.Dispose();
        (await waiting).Dispose();
        var changes = Changes(fixture);
        Assert.Equal(
            [
                Kind.RequestQueued, Kind.LoadStarted, Kind.StepEnded, Kind.MoveStarted, Kind.StepEnded, Kind.LeaseGranted,
                Kind.RequestQueued, Kind.LeaseReleased, Kind.LeaseGranted, Kind.LeaseReleased,
            ],
            changes.ConvertAll(static change => change.Kind));
        var first = changes.Find(static change => change.Kind == Kind.LeaseGranted)!;
        Assert.Equal(("a", "fake:0", ModelResidency.OnDevice), (first.ModelId, first.Device?.ToString(), first.Residency));
        var second = changes.FindLast(static change => change.Kind == Kind.LeaseGranted)!;
        Assert.Equal(TimeSpan.FromSeconds(2), second.Duration);
        Assert.Equal(
            [first.LeaseNumber, second.LeaseNumber],
            changes.Where(static change => change.Kind == Kind.LeaseReleased).Select(static change => change.LeaseNumber));
        Assert.Equal(TimeSpan.FromSeconds(2), changes.Find(static change => change.Kind == Kind.LeaseReleased)!.Duration);
    }

    [Fact]
    public async Task Every_model_of_a_group_is_reported()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a", "b");
        _ = fixture.Manager.WatchAsync();
        await using (var scope = fixture.Manager.CreateScope())
            await fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")]);
        Assert.Equal(["a", "b"], Changes(fixture).Where(static change => change.Kind == Kind.LeaseGranted).Select(
            static change => change.ModelId).Order(StringComparer.Ordinal));
        Assert.Equal(2, Changes(fixture).Count(static change => change.Kind == Kind.LeaseReleased));
    }

    [Fact]
    public async Task Requests_that_leave_the_queue_are_reported_with_the_reason()
    {
        await using var fixture = Create(("Leasing:AcquireTimeout", "00:00:05"));
        _ = fixture.Manager.WatchAsync();
        var held = await fixture.FetchAsync("a");
        using var gone = new CancellationTokenSource();
        var canceled = fixture.FetchAsync("a", gone.Token);
        var late = fixture.FetchAsync("a");
        await gone.CancelAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => late);
        Assert.Equal(
            ["canceled", "timeout"],
            Changes(fixture).Where(static change => change.Kind == Kind.RequestLeft).Select(static change => change.Detail));
        held.Dispose();
    }

    [Fact]
    public async Task An_eviction_from_the_cpu_is_reported_like_any_other()
    {
        await using var fixture = Create(("Models:a:Device", "Cpu"));
        await fixture.UseAsync("a");
        _ = fixture.Manager.WatchAsync();
        await fixture.Manager.EvictAsync("a");
        var changes = Changes(fixture);
        Assert.Equal([Kind.EvictionStarted, Kind.StepEnded], changes.ConvertAll(static change => change.Kind));
        Assert.Equal(("request", "cpu"), (changes[0].Detail, changes[0].Device?.ToString()));
        Assert.Equal(1, fixture.Manager.GetSnapshot().Models.Single(static model => model.Id == "a").Evictions);
    }

    [Fact]
    public async Task A_load_that_succeeds_after_a_failure_is_reported_as_a_success()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        script.Load.FailWith(new IOException());
        await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.FetchAsync("a"));
        script.Load.FailWith(null);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        var changes = fixture.Manager.WatchAsync().GetAsyncEnumerator();
        (await fixture.FetchAsync("a")).Dispose();
        await using (changes)
        {
            while (await changes.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait) && changes.Current.Kind != Kind.LeaseGranted)
                Assert.NotEqual(Kind.ModelFaulted, changes.Current.Kind);
        }
    }

    [Fact]
    public async Task A_request_for_a_removed_model_is_reported_as_such()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var held = await fixture.FetchElsewhereAsync("a");
        await using var changes = fixture.Manager.WatchAsync().GetAsyncEnumerator();
        var waiting = fixture.FetchElsewhereAsync("a").AsTask();
        var removal = fixture.Manager.RemoveAsync("a").AsTask();
        await Assert.ThrowsAsync<UnknownModelException>(() => waiting);
        held.Dispose();
        await removal;
        while (await changes.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait) && changes.Current.Kind != Kind.RequestLeft)
        {
        }

        Assert.Equal("removed", changes.Current.Detail);
    }

    [Fact]
    public async Task A_watcher_that_returns_after_changes_were_dropped_learns_that_some_are_missing()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        long seen;
        await using (var changes = fixture.Manager.WatchAsync().GetAsyncEnumerator())
        {
            (await fixture.FetchAsync("a")).Dispose();
            await changes.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait);
            seen = fixture.Manager.GetSnapshot().LastChange;
        }

        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        (await fixture.FetchAsync("a")).Dispose();
        await using var later = fixture.Manager.WatchAsync(seen).GetAsyncEnumerator();
        (await fixture.FetchAsync("a")).Dispose();
        await later.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait);
        Assert.Equal(Kind.Missed, later.Current.Kind);
    }

    [Fact]
    public async Task Failures_losses_and_returns_are_reported()
    {
        await using var fixture = Create();
        fixture.Add("c").Load.FailWith(new IOException("The disk is gone."));

        // One watcher stays, because the clock may run for longer than changes are kept without one.
        await using var watcher = fixture.Manager.WatchAsync().GetAsyncEnumerator();
        var first = watcher.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("c"));
        await first;
        fixture.Accelerator.Lose();
        fixture.Accelerator.Return();
        await Condition.UntilAsync(() =>
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return fixture.DeviceState().Error is null;
        });
        var changes = Changes(fixture);
        Assert.Contains(changes, static change =>
            change is { Kind: Kind.ModelFaulted, ModelId: "c", Detail: "The disk is gone.", Residency: ModelResidency.Faulted });
        Assert.Contains(changes, static change => change is { Kind: Kind.DeviceLost, ModelId: null, Device.Index: 0, Detail.Length: > 0 });
        Assert.Contains(changes, static change => change is { Kind: Kind.DeviceReturned, ModelId: null });
    }

    [Fact]
    public async Task A_snapshot_contains_the_number_of_its_last_change()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        Assert.Equal(0, fixture.Manager.GetSnapshot().LastChange);
        _ = fixture.Manager.WatchAsync();
        await fixture.UseAsync("a");
        Assert.Equal(Changes(fixture)[^1].Number, fixture.Manager.GetSnapshot().LastChange);
    }

    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(settings);
        fixture.Add("a");
        fixture.Add("b");
        return fixture;
    }

    private static List<SharedModelsChange> Changes(ApplicationFixture fixture)
    {
        var last = fixture.Manager.GetSnapshot().LastChange;
        var changes = new List<SharedModelsChange>();
        foreach (var change in fixture.Manager.WatchAsync(0).ToBlockingEnumerable())
        {
            changes.Add(change);
            if (change.Number >= last)
                break;
        }

        return changes;
    }
}

using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Tests.Scheduling;

public sealed class PreloadKeeperTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly SchedulerParts _parts = new();

    private bool IsKeepRequestWaiting => _parts.Queues.Count == 1;

    [Fact]
    public void Only_preloaded_models_are_kept_after_the_start()
    {
        var (early, late, other) = (Add("early"), Add("late"), _parts.Add(new("other") { Candidates = [_parts.Accelerator] }));
        Assert.False(_parts.Keeper.TryAdd(early));
        _parts.State.Models.Remove(late);
        _parts.Keeper.Start();
        Assert.False(_parts.Keeper.TryAdd(early), "The start has added it.");
        Assert.False(_parts.Keeper.TryAdd(other));
        _parts.State.MayMissPreloads = false;
        Assert.True(_parts.Keeper.TryAdd(late));
        Assert.True(_parts.State.MayMissPreloads);
    }

    [Fact]
    public void A_missing_model_is_requested_once_after_the_delay()
    {
        Start("a");
        Assert.False(KeepAfterChange(0));
        Assert.Equal((Second, false), (_parts.State.Deadlines.Earliest, IsKeepRequestWaiting));
        Assert.False(_parts.Keeper.Keep(Second), "Nothing has been recorded since.");
        Assert.True(KeepAfterChange(Second));
        Assert.True(IsKeepRequestWaiting);
        Assert.False(KeepAfterChange(10 * Second));
        Assert.True(IsKeepRequestWaiting);
    }

    [Fact]
    public void A_model_that_another_request_has_loaded_counts_as_missing_after_its_eviction()
    {
        var model = Start("a");
        KeepAfterChange(0);
        model.AttachTo(_parts.Accelerator);
        model.BeginLoad(0);
        KeepAfterChange(0);
        model.CompleteLoad(model.ActualFootprint, isMutable: false, madeFor: null, now: 0);
        model.Arrive(now: 0);
        KeepAfterChange(0);
        Assert.Equal(long.MaxValue, _parts.State.Deadlines.Earliest);
        model.BeginEviction(EvictionReason.Request);
        KeepAfterChange(5 * Second);
        Assert.Equal(long.MaxValue, _parts.State.Deadlines.Earliest);
        model.ReturnToHost();
        KeepAfterChange(5 * Second);
        Assert.Equal((6 * Second, false), (_parts.State.Deadlines.Earliest, IsKeepRequestWaiting));
    }

    [Fact]
    public void Without_a_device_the_delay_doubles_until_one_returns()
    {
        Start("a");
        _parts.Accelerator.PutOutOfService(Failure.Of(new IOException()), now: 0, _parts.State.Policy);
        KeepAfterChange(0);
        KeepAfterChange(Second);
        Assert.Equal((3 * Second, false), (_parts.State.Deadlines.Earliest, IsKeepRequestWaiting));
        _parts.Accelerator.ReturnToService();
        _parts.Keeper.Retry(2 * Second);
        Assert.True(_parts.Keeper.Keep(2 * Second));
        Assert.True(IsKeepRequestWaiting);
    }

    [Fact]
    public void A_device_that_returns_does_not_reload_a_model_that_is_not_missing()
    {
        var model = Start("a");
        KeepAfterChange(0);
        KeepAfterChange(Second);
        _parts.Keeper.Retry(Second);
        _parts.Keeper.Yield(model, Second);
        KeepAfterChange(2 * Second);
        Assert.Equal((3 * Second, false), (_parts.State.Deadlines.Earliest, IsKeepRequestWaiting));
    }

    [Fact]
    public void A_model_that_falls_back_to_the_CPU_is_requested_there()
    {
        var model = Start("a", hasFallback: true);
        _parts.Accelerator.PutOutOfService(Failure.Of(new IOException()), now: 0, _parts.State.Policy);
        KeepAfterChange(0);
        Assert.True(KeepAfterChange(Second));
        Assert.Equal((_parts.Host, true), (model.Device, IsKeepRequestWaiting));
    }

    [Fact]
    public void Nothing_is_requested_in_a_shutdown()
    {
        Start("a");
        KeepAfterChange(0);
        _parts.State.IsShuttingDown = true;
        Assert.False(KeepAfterChange(Second));
        Assert.False(IsKeepRequestWaiting);
    }

    [Fact]
    public void A_removed_model_is_forgotten()
    {
        var model = Start("a");
        KeepAfterChange(0);
        _parts.Keeper.Remove(model);
        Assert.Equal(0, _parts.State.Deadlines.Count);
        Assert.False(KeepAfterChange(Second));
        Assert.False(IsKeepRequestWaiting);
    }

    [Fact]
    public void A_stop_withdraws_requests_and_timers_permanently()
    {
        Start("requested");
        KeepAfterChange(0);
        KeepAfterChange(Second);
        var waiting = Add("waiting");
        _parts.Keeper.TryAdd(waiting);
        KeepAfterChange(Second);
        Assert.Equal((1, true), (_parts.State.Deadlines.Count, IsKeepRequestWaiting));
        _parts.Keeper.Stop(Second);
        Assert.Equal((0, 0), (_parts.State.Deadlines.Count, _parts.Queues.Count));
        Assert.False(_parts.Keeper.TryAdd(Add("late")));
        Assert.False(KeepAfterChange(10 * Second));
        Assert.Equal((0, 0), (_parts.State.Deadlines.Count, _parts.Queues.Count));
    }

    /// <summary>Simulates an event that can affect preloaded models.</summary>
    private bool KeepAfterChange(long now)
    {
        while (_parts.State.Deadlines.TakeDue(now) is not null)
        {
        }

        _parts.State.MayMissPreloads = true;
        return _parts.Keeper.Keep(now);
    }

    private TestModel Start(string id, bool hasFallback = false)
    {
        var model = Add(id, hasFallback);
        _parts.Keeper.Start();
        return model;
    }

    private TestModel Add(string id, bool hasFallback = false) => _parts.Add(
        new ModelSettings(id) { Candidates = [_parts.Accelerator], Fallback = hasFallback ? _parts.Host : null, IsPreloaded = true });
}

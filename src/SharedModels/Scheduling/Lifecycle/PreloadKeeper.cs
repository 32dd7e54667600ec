using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Lifecycle;

/// <summary>
/// Reloads preloaded models that were evicted or could not be loaded, even without requests. The interval doubles with each attempt.
/// </summary>
internal sealed class PreloadKeeper(SchedulerState state, WaitQueues queues, DeviceFailover failover, RequestRejector rejector)
{
    private readonly Dictionary<ScheduledModel, KeepTimer> _timers = [];
    private bool _isStarted;

    /// <summary>Starts to keep preloaded models on their devices.</summary>
    public void Start()
    {
        _isStarted = true;
        state.Models.ForEach(model => TryAdd(model));
    }

    /// <summary>Stops reloading models.</summary>
    public void Stop(long now)
    {
        _isStarted = false;
        foreach (var (model, timer) in _timers)
        {
            state.Deadlines.Remove(timer);
            Yield(model, now);
        }

        _timers.Clear();
    }

    /// <summary>Removes the keeper's request for a model, because another request takes its place.</summary>
    public void Yield(ScheduledModel model, long now)
    {
        if (model.Preloads.Any() is KeepRequest request)
            rejector.Remove(request, now);
    }

    /// <summary>Starts to keep a model if it is a preloaded model.</summary>
    public bool TryAdd(ScheduledModel model)
    {
        if (!_isStarted || !model.Settings.IsPreloaded || !_timers.TryAdd(model, new KeepTimer()))
            return false;
        state.MayMissPreloads = true;
        return true;
    }

    /// <summary>Tries all missing models again immediately, because a device has returned.</summary>
    public void Retry(long now)
    {
        state.NoteChange();
        foreach (var (_, timer) in _timers)
            (timer.DueAt, timer.Attempts) = (timer.DueAt == 0 ? 0 : now, 0);
    }

    /// <summary>Stops keeping a model.</summary>
    public void Remove(ScheduledModel model)
    {
        if (_timers.Remove(model, out var timer))
            state.Deadlines.Remove(timer);
    }

    /// <summary>Requests the models that have been missing long enough.</summary>
    /// <returns>True if any model was requested.</returns>
    public bool Keep(long now)
    {
        var before = state.Decisions;
        if (_timers.Count == 0 || !state.MayMissPreloads || state.IsShuttingDown)
            return false;
        state.MayMissPreloads = false;
        foreach (var (model, timer) in _timers)
            Keep(model, timer, now);
        return state.Decisions != before;
    }

    private void Keep(ScheduledModel model, KeepTimer timer, long now)
    {
        if (model is { Residency: ModelResidency.OnDevice, IsLost: false } || model.Replicas?.Home.IsServing == true)
        {
            state.Deadlines.Remove(timer);
            timer.Attempts = 0;
            timer.DueAt = 0;
            return;
        }

        if (model.IsWanted || model.Residency is not (ModelResidency.Registered or ModelResidency.OnHost or ModelResidency.Faulted))
            return;
        if (timer.DueAt == 0)
            timer.DueAt = Math.Max(model.RetryAt, Ticks.After(now, state.Policy.BackOff(++timer.Attempts)));
        timer.DueAt = Math.Max(timer.DueAt, model.RetryAt);
        if (now < timer.DueAt)
        {
            if (!timer.IsScheduled)
                state.Deadlines.Set(timer, timer.DueAt);
            return;
        }

        timer.DueAt = 0;
        if (failover.TryAttach(model, now))
        {
            queues.Enqueue(new KeepRequest(model), now);
            state.Decisions++;
        }
        else
        {
            Keep(model, timer, now);
        }
    }

    /// <summary>Schedules the request for a missing model.</summary>
    private sealed class KeepTimer : DeadlineEntry
    {
        public int Attempts { get; set; }

        /// <summary>The time of the request, in ticks, or 0 if the model is not known to be missing.</summary>
        public long DueAt { get; set; }
    }
}

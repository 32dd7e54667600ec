using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Memory;

/// <summary>Chooses the models to evict to make room for others.</summary>
internal sealed class EvictionPlanner(SchedulerState state)
{
    /// <summary>Returns true if a model is on its device, idle, and able to leave it.</summary>
    public static bool IsEvictable(ScheduledModel model, long now) =>
        model is { Residency: ModelResidency.OnDevice, Users: 0 } && model.CanLeaveDevice && now >= model.RetryAt;

    /// <summary>
    /// Chooses no more models than needed. Models that are not wanted come first, starting with replicas and then with the cheapest to
    /// reload per byte, and preloaded ones come last. If the queue may preempt, models that are served after the queue follow, starting
    /// with the latest. A replica that is brought in takes no room of another one that requests wait for.
    /// </summary>
    /// <returns>The models, or <see langword="null"/> if evicting all candidates would not free enough.</returns>
    public List<ScheduledModel>? ChooseVictims(MemoryBudget budget, long missing, WaitQueue? queue, bool mayPreempt, long now)
    {
        var candidates = budget.Models
            .Where(model => MayLeave(model, budget, now) && (queue is null || !queue.Models.Contains(model)))
            .Where(model => !(model.Settings.IsPreloaded || model.IsNeededSpare) || queue is not { IsKept: true })
            .Where(model => mayPreempt || queue is not null || !(model.IsRequested || model.IsNeededSpare))
            .Select(model => (Model: model, Queue: model.IsRequested ? ServiceOrder.FirstQueueOf(model) : null))
            .Where(candidate => mayPreempt || candidate.Queue is not { } wanting || wanting.NextPriority < queue?.NextPriority)
            .Where(candidate => candidate.Queue is null || queue is null || ServiceOrder.Compare(queue, candidate.Queue) < 0)
            .ToList();
        candidates.Sort((a, b) => (a.Queue, b.Queue) switch
        {
            (null, null) when a.Model.IsSpare != b.Model.IsSpare => a.Model.IsSpare ? -1 : 1,
            (null, null) when a.Model.Settings.IsPreloaded != b.Model.Settings.IsPreloaded => a.Model.Settings.IsPreloaded ? 1 : -1,
            (null, null) => CompareWorth(a.Model, b.Model, budget, now),
            (null, _) => -1,
            (_, null) => 1,
            _ => -ServiceOrder.Compare(a.Queue, b.Queue),
        });
        var surplus = candidates.Sum(candidate => candidate.Model.ReservedIn(budget)) - missing;
        if (surplus < 0)
            return queue is null && mayPreempt ? candidates.ConvertAll(static candidate => candidate.Model) : null;

        // Start with the models most worth keeping, and keep every model that does not need to be evicted.
        var victims = new List<ScheduledModel>();
        for (var i = candidates.Count - 1; i >= 0; i--)
        {
            var bytes = candidates[i].Model.ReservedIn(budget);
            if (bytes <= surplus)
                surplus -= bytes;
            else
                victims.Add(candidates[i].Model);
        }

        return victims;
    }

    /// <summary>Returns the expected cost, in ticks, of reloading the models that would be evicted to make room.</summary>
    public double CostOfRoom(MemoryBudget budget, long missing, long now) =>
        ChooseVictims(budget, missing - budget.LeavingBytes, queue: null, mayPreempt: false, now)
            ?.Sum(victim => ReloadCostPerByte(victim, budget, now) * victim.ReservedIn(budget))
        ?? double.MaxValue;

    private bool MayLeave(ScheduledModel model, MemoryBudget budget, long now)
    {
        if (model.ReservedIn(budget) == 0 || (budget.IsHost && !model.Settings.CanReload))
            return false;
        if (model.Residency == ModelResidency.OnHost)
            return budget.IsHost;
        if (!IsEvictable(model, now))
            return false;
        var mayLeaveAt = model.ArrivedAt + state.Policy.MinResidency;
        if (now >= mayLeaveAt)
            return true;
        if (!model.Device!.IsScheduled || mayLeaveAt < model.Device.Deadline)
            state.Deadlines.Set(model.Device, mayLeaveAt);
        return false;
    }

    private int CompareWorth(ScheduledModel a, ScheduledModel b, MemoryBudget budget, long now)
    {
        var byCost = ReloadCostPerByte(a, budget, now).CompareTo(ReloadCostPerByte(b, budget, now));
        if (byCost != 0)
            return byCost;
        var byUse = a.LastUsed.CompareTo(b.LastUsed);
        return byUse != 0 ? byUse : string.CompareOrdinal(a.Id, b.Id);
    }

    /// <summary>
    /// Returns the expected cost of an eviction per byte that it frees: the probability that the model is wanted again, multiplied by the
    /// time to reload it.
    /// </summary>
    private double ReloadCostPerByte(ScheduledModel model, MemoryBudget budget, long now)
    {
        var ticks = budget.IsHost ? model.LoadTicks + (model.RunsOnCpu ? 0 : model.MoveTicks) : model.SwapTicks;
        return model.Popularity.At(now, state.Policy.PopularityHalfLife) * ticks / Math.Max(1, model.ReservedIn(budget));
    }
}

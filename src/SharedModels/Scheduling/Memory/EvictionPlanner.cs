using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Scheduling.Memory;

/// <summary>Chooses the models that make room for others.</summary>
internal sealed class EvictionPlanner(SchedulerState state)
{
    /// <summary>Whether a model is on its device, idle, and able to leave it.</summary>
    public static bool IsEvictable(ScheduledModel model, long now) =>
        model is { Residency: ModelResidency.OnDevice, Users: 0 } && model.CanLeaveDevice && now >= model.RetryAt;

    /// <summary>
    /// Chooses no more than needed: first models that nobody wants, those that are the cheapest to bring back per byte first; if the queue
    /// may preempt, then those that are served after it, the latest first. Preloaded models come last among those that nobody wants.
    /// </summary>
    /// <returns>The models; <see langword="null"/> if all that may leave are not enough.</returns>
    public List<ScheduledModel>? ChooseVictims(MemoryBudget budget, long missing, WaitQueue? queue, bool mayPreempt, long now)
    {
        var candidates = budget.Models
            .Where(model => MayLeave(model, budget, now) && (queue is null || !queue.Models.Contains(model)))
            .Where(model => !model.Settings.IsPreloaded || queue is not { IsKept: true })
            .Where(model => mayPreempt || queue is not null || !model.IsRequested)
            .Select(model => (Model: model, Queue: model.IsRequested ? ServiceOrder.FirstQueueOf(model) : null))
            .Where(candidate => mayPreempt || candidate.Queue is not { } wanting || wanting.NextPriority < queue?.NextPriority)
            .Where(candidate => candidate.Queue is null || queue is null || ServiceOrder.Compare(queue, candidate.Queue) < 0)
            .ToList();
        candidates.Sort((a, b) => (a.Queue, b.Queue) switch
        {
            (null, null) when a.Model.Settings.IsPreloaded != b.Model.Settings.IsPreloaded => a.Model.Settings.IsPreloaded ? 1 : -1,
            (null, null) => CompareWorth(a.Model, b.Model, budget, now),
            (null, _) => -1,
            (_, null) => 1,
            _ => -ServiceOrder.Compare(a.Queue, b.Queue),
        });
        var surplus = candidates.Sum(candidate => candidate.Model.ReservedIn(budget)) - missing;
        if (surplus < 0)
            return queue is null && mayPreempt ? candidates.ConvertAll(static candidate => candidate.Model) : null;

        // From the most worth keeping on: spare every model without which there is still room.
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

    /// <summary>The expected cost, in ticks, of bringing back the models that would make room on a device.</summary>
    public double CostOfRoom(ScheduledDevice device, long missing, long now)
    {
        var budget = device.Memory;
        return ChooseVictims(budget, missing - budget.LeavingBytes, queue: null, mayPreempt: false, now)
            ?.Sum(victim => ReloadCostPerByte(victim, budget, now) * victim.ReservedIn(budget))
            ?? double.MaxValue;
    }

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
    /// The expected cost of an eviction per byte that it frees: how likely the
    /// model is wanted again, times how long it takes to bring back.
    /// </summary>
    private double ReloadCostPerByte(ScheduledModel model, MemoryBudget budget, long now)
    {
        var ticks = budget.IsHost ? model.LoadTicks + (model.RunsOnCpu ? 0 : model.MoveTicks) : model.SwapTicks;
        return model.Popularity.At(now, state.Policy.PopularityHalfLife) * ticks / Math.Max(1, model.ReservedIn(budget));
    }
}

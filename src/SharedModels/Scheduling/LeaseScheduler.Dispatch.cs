using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

internal sealed partial class LeaseScheduler
{
    private readonly List<(ScheduledModel Model, LeaseRequest? Request)> _wanted = [];
    private readonly long[] _barriers = new long[WaitingLine.Priorities];

    private static bool CanGrant(LeaseRequest request) =>
        request.ScheduledModel is { Residency: ModelResidency.OnDevice, Device: { } device } model
        && (model.Users < model.MaxLeases || request.Holder.Holds(model))
        && (device.HasFreeSlot || request.Holder.HoldsOn(device));

    /// <summary>Whether the request waits for room that its own holder's other models, with those that can never leave, take up.</summary>
    private static bool BlocksItself(LeaseRequest request) =>
        request.ScheduledModel is { NeedsRoom: true, Device: { } device } model
        && model.BytesOn(device) + device.BytesFixedFor(request.Holder) > device.BudgetBytes;

    /// <summary>Grants what can be granted on the device and starts the work that the other requests need, until nothing changes.</summary>
    private void Dispatch(ScheduledDevice device, long now)
    {
        Serve(device, now);
        while (BreakDeadlock(now) is { } freed)
            Serve(freed, now);
    }

    private void Serve(ScheduledDevice device, long now)
    {
        while (device.IsWanted)
        {
            if (ServeHoldersWithSlot(device, now) || ServeInOrder(device, now))
                continue;
            AssertWorkConserving(device, now);
            return;
        }
    }

    private bool ServeHoldersWithSlot(ScheduledDevice device, long now)
    {
        if (device.WaitingWithSlot == 0)
            return false;
        foreach (var holder in device.Slots)
        {
            if (holder?.FindWaitingOn(device, CanGrant) is { } request)
            {
                GrantWaiting(request, device, now);
                return true;
            }

            if (holder?.FindWaitingOn(device, BlocksItself) is { } blocked)
            {
                Refuse(blocked, NeverFits(blocked.ScheduledModel, device, device.BytesFixedFor(holder)), now);
                return true;
            }
        }

        return false;
    }

    private bool ServeInOrder(ScheduledDevice device, long now)
    {
        ListWanted(device, now);
        FindBarriers(policy.BypassBound(device.QueueLength), now);
        return GrantInOrder(device, now) || PlaceInOrder(device, now);
    }

    private bool GrantInOrder(ScheduledDevice device, long now)
    {
        foreach (var (_, request) in _wanted)
        {
            if (request is null || !CanGrant(request) || IsBehindBarrier(request, now))
                continue;
            CountOvertakings(request, device, now);
            GrantWaiting(request, device, now);
            return true;
        }

        return false;
    }

    private bool PlaceInOrder(ScheduledDevice device, long now)
    {
        var roomIsClaimed = false;
        foreach (var (model, request) in _wanted)
        {
            if (model.NeedsRoom && !roomIsClaimed)
            {
                var presses = request is null || model.IsWantedBySlotHolder || IsPressing(model, request, device);
                if (TryPlace(model, device, presses, now))
                    return true;
                roomIsClaimed = presses;
            }
            else if (!model.NeedsRoom && model.Residency is ModelResidency.Registered or ModelResidency.Faulted)
            {
                StartLoad(model, now);
            }
        }

        return false;
    }

    /// <summary>Lists the models that are wanted on the device, each with its next request, in the order of service, and gives them their ranks in it.</summary>
    private void ListWanted(ScheduledDevice device, long now)
    {
        _wanted.Clear();
        foreach (var model in device.Models)
        {
            model.Rank = int.MaxValue;
            model.IsWantedBySlotHolder = false;
            if (model.IsWanted)
                _wanted.Add((model, model.Waiting.Next(now, policy.PriorityAgeing)));
        }

        if (device.WaitingWithSlot > 0)
        {
            foreach (var holder in device.Slots)
                holder?.MarkWantedModels(device);
        }

        _wanted.Sort((a, b) =>
        {
            var bySlot = b.Model.IsWantedBySlotHolder.CompareTo(a.Model.IsWantedBySlotHolder);
            if (bySlot != 0)
                return bySlot;
            var byPriority = PriorityOf(b.Request).CompareTo(PriorityOf(a.Request));
            return byPriority != 0 ? byPriority : AgeOf(a).CompareTo(AgeOf(b));
        });

        for (var rank = 0; rank < _wanted.Count; rank++)
            _wanted[rank].Model.Rank = rank;

        static long AgeOf((ScheduledModel Model, LeaseRequest? Request) wanted) => wanted.Request?.Sequence ?? wanted.Model.OldestSequence;

        long PriorityOf(LeaseRequest? request) => request?.PriorityAt(now, policy.PriorityAgeing) ?? 1;
    }

    /// <summary>
    /// Finds, for each priority, the oldest request that was overtaken as often as may be, and whose model is not merely taken: no younger request of
    /// that or a lower priority is granted before it.
    /// </summary>
    private void FindBarriers(int bound, long now)
    {
        Array.Fill(_barriers, long.MaxValue);
        foreach (var (model, _) in _wanted)
        {
            if (model.IsTaken || model.Waiting.Count == 0)
                continue;
            for (var priority = 0; priority < WaitingLine.Priorities; priority++)
            {
                if (model.Waiting.Head(priority) is not { } head || model.Waiting.OvertakingsOfHead(priority) < bound)
                    continue;
                var aged = head.PriorityAt(now, policy.PriorityAgeing);
                _barriers[aged] = Math.Min(_barriers[aged], head.Sequence);
            }
        }

        for (var priority = WaitingLine.Priorities - 2; priority >= 0; priority--)
            _barriers[priority] = Math.Min(_barriers[priority], _barriers[priority + 1]);
    }

    private bool IsBehindBarrier(LeaseRequest request, long now) => request.Sequence > _barriers[request.PriorityAt(now, policy.PriorityAgeing)];

    /// <summary>Whether a request was overtaken so often that its model's move should begin, so as to end when it may not be overtaken any more.</summary>
    private bool IsPressing(ScheduledModel model, LeaseRequest request, ScheduledDevice device) =>
        model.Waiting.OvertakingsOfHead(request.Priority) >= policy.BypassBound(device.QueueLength) / 2;

    private void CountOvertakings(LeaseRequest granted, ScheduledDevice device, long now)
    {
        foreach (var model in device.Models)
        {
            if (model != granted.ScheduledModel && model.Waiting.Count > 0 && !model.IsTaken)
                model.Waiting.CountOvertaking(granted, now, policy.PriorityAgeing);
        }
    }

    private void GrantWaiting(LeaseRequest request, ScheduledDevice device, long now)
    {
        Dequeue(request, device);
        request.Holder.Add(request);
        Grant(request, device, now);
        _effects.Add(new(SchedulerEffectKind.Grant, request.ScheduledModel, request));
    }

    private void Grant(LeaseRequest request, ScheduledDevice device, long now)
    {
        var model = request.ScheduledModel;
        if (request.IsPreload)
        {
            request.Holder.Remove(request);
            return;
        }

        if (!request.Holder.Holds(model))
            model.Users++;
        if (!request.Holder.HoldsOn(device))
            device.TakeSlot(request.Holder, now);
        request.RequestState = RequestState.Granted;
        request.GrantedAt = now;
        if (policy.MaxHold != long.MaxValue)
            _deadlines.Set(request, Later(now, policy.MaxHold));
        model.LastUsed = now;
    }

    private void Refuse(LeaseRequest request, Refusal refusal, long now)
    {
        Dequeue(request, request.ScheduledModel.Device!);
        _effects.Add(new(SchedulerEffectKind.Refuse, request.ScheduledModel, request, refusal));
        Settle(request.ScheduledModel, now);
    }

    private void RefuseAll(ScheduledModel model, Refusal refusal, long now)
    {
        while ((model.Waiting.Any() ?? model.Preloads.Head) is { } request)
            Refuse(request, refusal, now);
    }

    private static Refusal NeverFits(ScheduledModel model, ScheduledDevice device, long alreadyTaken) =>
        new(RefusalReason.NeverFits)
        {
            Device = device.Device,
            RequiredBytes = model.BytesOn(device) + alreadyTaken,
            BudgetBytes = device.BudgetBytes,
        };

    private static Refusal Describe(RefusalReason reason, ScheduledDevice device, long now)
    {
        var expected = device.AverageHold * (device.QueueLength + 1) / device.MaxConcurrentHolders;
        return new(reason)
        {
            Device = device.Device,
            QueueLength = device.QueueLength,
            HeldModels = string.Join(", ", device.Models.Where(static model => model.Users > 0).Select(static model => model.Id)),
            HeldFor = TimeSpan.FromTicks(device.LongestHold(now)),
            RetryAfter = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, (long)expected)),
        };
    }
}

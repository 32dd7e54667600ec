namespace SharedModels.Scheduling;

internal sealed partial class LeaseScheduler
{
    private readonly List<(ScheduledModel Model, LeaseRequest? Request)> _wanted = [];
    private readonly long[] _barriers = new long[WaitingLine.Priorities];

    private static bool CanGrant(LeaseRequest request) =>
        request.ScheduledModel is { Residency: ModelResidency.OnDevice, Device: { } device } model
        && (model.Users < model.MaxLeases || request.Holder.Holds(model))
        && (device.HasFreeSlot || request.Holder.HoldsOn(device));

    /// <summary>Whether the request waits for room that its own holder's other models take up.</summary>
    private static bool BlocksItself(LeaseRequest request) =>
        request.ScheduledModel is { Residency: ModelResidency.OnHost, Device: { } device } model
        && model.BytesOn(device) + request.Holder.BytesHeldOn(device) > device.BudgetBytes;

    /// <summary>Grants what can be granted on the device and starts the work that the other requests need, until nothing changes.</summary>
    private void Dispatch(ScheduledDevice device, long now)
    {
        while (device.QueueLength > 0)
        {
            if (ServeHoldersWithSlot(device, now) || ServeInOrder(device, now))
                continue;
            AssertWorkConserving(device);
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
                Refuse(blocked, NeverFits(blocked.ScheduledModel, device, blocked.Holder.BytesHeldOn(device)));
                return true;
            }

            if (holder is not null && BreakDeadlock(holder))
                return true;
        }

        return false;
    }

    private bool ServeInOrder(ScheduledDevice device, long now)
    {
        ListWanted(device, now);
        FindBarriers(policy.BypassBound(device.QueueLength));
        return GrantInOrder(device, now) || PlaceInOrder(device, now);
    }

    private bool GrantInOrder(ScheduledDevice device, long now)
    {
        foreach (var (_, request) in _wanted)
        {
            if (request is null || !CanGrant(request) || request.Sequence > _barriers[request.Priority])
                continue;
            CountOvertakings(request, device);
            GrantWaiting(request, device, now);
            return true;
        }

        return false;
    }

    private bool PlaceInOrder(ScheduledDevice device, long now)
    {
        foreach (var (model, request) in _wanted)
        {
            if (model.Residency is ModelResidency.Registered or ModelResidency.Faulted)
                StartLoad(model, now);
            if (model.Residency != ModelResidency.OnHost)
                continue;
            var presses = request is null || IsPressing(model, request, device);
            if (TryPlace(model, device, presses, now) || (request is not null && BreakDeadlock(request.Holder)))
                return true;
            if (presses)
                break;
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
            if (model.IsWanted)
                _wanted.Add((model, model.Waiting.Next(now, policy.PriorityAgeing)));
        }

        _wanted.Sort((a, b) =>
        {
            var byPriority = PriorityOf(b.Request).CompareTo(PriorityOf(a.Request));
            return byPriority != 0 ? byPriority : a.Model.OldestSequence.CompareTo(b.Model.OldestSequence);
        });

        for (var rank = 0; rank < _wanted.Count; rank++)
            _wanted[rank].Model.Rank = rank;

        long PriorityOf(LeaseRequest? request) => request?.PriorityAt(now, policy.PriorityAgeing) ?? 1;
    }

    /// <summary>
    /// Finds, for each priority, the oldest request that was overtaken as often as may be, and whose model is not merely taken: no younger request of
    /// that or a lower priority is granted before it.
    /// </summary>
    private void FindBarriers(int bound)
    {
        Array.Fill(_barriers, long.MaxValue);
        foreach (var (model, _) in _wanted)
        {
            if (model.IsTaken || model.Waiting.Count == 0)
                continue;
            for (var priority = 0; priority < WaitingLine.Priorities; priority++)
            {
                if (model.Waiting.Head(priority) is { } head && model.Waiting.OvertakingsOfHead(priority) >= bound)
                    _barriers[priority] = Math.Min(_barriers[priority], head.Sequence);
            }
        }

        for (var priority = WaitingLine.Priorities - 2; priority >= 0; priority--)
            _barriers[priority] = Math.Min(_barriers[priority], _barriers[priority + 1]);
    }

    /// <summary>Whether a request was overtaken so often that its model's move should begin, so as to end when it may not be overtaken any more.</summary>
    private bool IsPressing(ScheduledModel model, LeaseRequest request, ScheduledDevice device) =>
        model.Waiting.OvertakingsOfHead(request.Priority) >= policy.BypassBound(device.QueueLength) / 2;

    private static void CountOvertakings(LeaseRequest granted, ScheduledDevice device)
    {
        foreach (var model in device.Models)
        {
            if (model != granted.ScheduledModel && model.Waiting.Count > 0 && !model.IsTaken)
                model.Waiting.CountOvertaking(granted);
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
            _deadlines.Set(request, now + policy.MaxHold);
        model.LastUsed = now;
    }

    private void Refuse(LeaseRequest request, Refusal refusal)
    {
        Dequeue(request, request.ScheduledModel.Device!);
        _effects.Add(new(SchedulerEffectKind.Refuse, request.ScheduledModel, request, refusal));
    }

    private void RefuseAll(ScheduledModel model, Refusal refusal)
    {
        while ((model.Waiting.Any() ?? model.Preloads.Head) is { } request)
            Refuse(request, refusal);
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

namespace SharedModels.Scheduling;

internal sealed partial class LeaseScheduler
{
    private readonly List<ScheduledModel> _wanted = [];

    private static bool CanGrant(LeaseRequest request) =>
        request.ScheduledModel is { Residency: ModelResidency.OnDevice, Device: { } device } model
        && (model.Users < model.MaxLeases || request.Holder.Holds(model))
        && (device.HasFreeSlot || request.Holder.HoldsOn(device));

    /// <summary>Whether the request waits for room that its own holder's other models take up.</summary>
    private static bool BlocksItself(LeaseRequest request) =>
        request.ScheduledModel is { Residency: ModelResidency.OnHost, Device: { } device } model
        && model.BytesOn(device) + request.Holder.BytesHeldOn(device) > device.BudgetBytes;

    /// <summary>Grants what can be granted on the device and starts the work that the other requests need, oldest first, until nothing changes.</summary>
    private void Dispatch(ScheduledDevice device, long now)
    {
        do
            device.IsHeldForRoom = false;
        while (device.QueueLength > 0 && (ServeHoldersWithSlot(device, now) || ServeInOrder(device, now)));
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
        }

        return false;
    }

    private bool ServeInOrder(ScheduledDevice device, long now)
    {
        _wanted.Clear();
        foreach (var model in device.Models)
        {
            if (model.IsWanted)
                _wanted.Add(model);
        }

        _wanted.Sort(static (a, b) => a.OldestSequence.CompareTo(b.OldestSequence));
        var roomIsClaimed = false;
        foreach (var model in _wanted)
        {
            switch (model.Residency)
            {
                case ModelResidency.Registered or ModelResidency.Faulted:
                    StartLoad(model);
                    break;
                case ModelResidency.OnHost when !roomIsClaimed:
                    if (TryPlace(model, device, now))
                        return true;
                    roomIsClaimed = true;
                    break;
                case ModelResidency.OnDevice when !device.IsHeldForRoom && model.Waiting.Head is { } request && CanGrant(request):
                    GrantWaiting(request, device, now);
                    return true;
            }
        }

        return false;
    }

    private void GrantWaiting(LeaseRequest request, ScheduledDevice device, long now)
    {
        Dequeue(request, device);
        request.Holder.Add(request);
        Grant(request, device, now);
        _effects.Add(new(SchedulerEffectKind.Grant, request.ScheduledModel, request));
    }

    private static void Grant(LeaseRequest request, ScheduledDevice device, long now)
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
        model.LastUsed = now;
    }

    private void Refuse(LeaseRequest request, Refusal refusal)
    {
        Dequeue(request, request.ScheduledModel.Device!);
        _effects.Add(new(SchedulerEffectKind.Refuse, request.ScheduledModel, request, refusal));
    }

    private void RefuseAll(ScheduledModel model, Refusal refusal)
    {
        while ((model.Waiting.Head ?? model.Preloads.Head) is { } request)
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

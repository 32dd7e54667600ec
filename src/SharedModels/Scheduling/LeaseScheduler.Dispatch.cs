using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <content>Grants what can be granted, and has brought in what the other requests need.</content>
internal sealed partial class LeaseScheduler
{
    private readonly Queue<ScheduledDevice> _touched = new();

    private void Touch(ScheduledDevice device)
    {
        if (device.IsTouched)
            return;
        device.IsTouched = true;
        _touched.Enqueue(device);
    }

    private void Touch(WaitingLine line)
    {
        foreach (var model in line.Models)
        {
            if (model.Device is { } device)
                Touch(device);
        }
    }

    /// <summary>Serves every device of which something has changed, until nothing changes.</summary>
    private void Dispatch(long now)
    {
        foreach (var device in _devices)
        {
            if (device.LacksHostRoom || device.FreeBytes + device.LeavingBytes < 0)
                Touch(device);
        }

        do
        {
            while (_touched.TryDequeue(out var device))
            {
                device.IsTouched = false;
                Serve(device, now);
            }
        }
        while (_waiting > 0 && BreakDeadlock(now));
    }

    private void Serve(ScheduledDevice device, long now)
    {
        if (device.UsedBytes - device.LeavingBytes > device.BudgetBytes)
            MakeRoom(device, device.UsedBytes - device.LeavingBytes - device.BudgetBytes, line: null, presses: true, now);
        device.LacksHostRoom = false;
        while (device is { IsWanted: true, IsLost: false })
        {
            if (ServeHolders(device, now) || ServeInOrder(device, now))
                continue;
            AssertWorkConserving(device, now);
            return;
        }
    }

    /// <summary>Serves holders of leases, here or elsewhere, before all others: what they hold is in use until they get on.</summary>
    private bool ServeHolders(ScheduledDevice device, long now)
    {
        foreach (var other in _devices)
        {
            foreach (var holder in other.Slots)
            {
                if (holder is not { Waits: > 0 })
                    continue;
                if (holder.FindWaitingOn(device, CanGrant) is { } request)
                {
                    GrantWaiting(request, now);
                    return true;
                }

                if (holder.FindWaitingOn(device, request => BlockedByItself(request) is not null) is { } blocked)
                {
                    var model = BlockedByItself(blocked)!;
                    Refuse(blocked, model, NeverFits(model.Device!, BytesNeeded(model.Device!, blocked.Line, holder)), now);
                    return true;
                }
            }
        }

        return false;
    }

    private bool ServeInOrder(ScheduledDevice device, long now)
    {
        ListWanted(device, now);
        FindBarriers(device, now);
        return GrantInOrder(device, now) || PlaceInOrder(device, now);
    }

    private bool GrantInOrder(ScheduledDevice device, long now)
    {
        foreach (var line in device.Wanted)
        {
            if (line.IsPreload || FirstInTurn(line, device, now) is not { } request)
                continue;
            CountOvertakings(request, now);
            GrantWaiting(request, now);
            return true;
        }

        return false;
    }

    /// <summary>The request of a line to grant: the next, or if that may not overtake another line's, an older one of lower priority.</summary>
    private LeaseRequest? FirstInTurn(WaitingLine line, ScheduledDevice device, long now)
    {
        if (!CanGrant(line.Next!))
            return null;
        if (!IsBehindBarrier(line.Next!, device, now))
            return line.Next;
        for (var priority = WaitingLine.Priorities - 1; priority >= 0; priority--)
        {
            if (line.Head(priority) is { } head && !IsBehindBarrier(head, device, now))
                return head;
        }

        return null;
    }

    private static bool IsGrantableNow(LeaseRequest request)
    {
        if (request.IsPreload)
            return request.ScheduledModel is { Residency: ModelResidency.OnDevice, IsLost: false };
        if (request.Holder.Leases == 0)
        {
            foreach (var model in request.Line.Models)
            {
                if (model.Device!.IsWanted)
                    return false;
            }
        }

        return CanGrant(request);
    }

    private static bool CanGrant(LeaseRequest request)
    {
        var models = request.Line.Models;
        foreach (var model in models)
        {
            if (model is not { Residency: ModelResidency.OnDevice, IsLost: false, Device: { IsLost: false } device })
                return false;
            if (!device.HasFreeSlot && !request.Holder.HoldsOn(device))
                return false;
            if (request.Holder.Leases > 0 && request.Holder.Holds(model))
                continue;
            if (model.Users >= model.MaxLeases || MissingWorkingBytes(request, device) > 0)
                return false;
        }

        return true;
    }

    /// <summary>Bytes that the device has too few of for the request to work with.</summary>
    private static long MissingWorkingBytes(LeaseRequest request, ScheduledDevice device)
    {
        long bytes = 0;
        foreach (var model in request.Line.Models)
        {
            if (model.Device == device && model.Footprint.WorkingBytes > 0 && !request.Holder.Holds(model))
                bytes += model.Footprint.WorkingBytes;
        }

        return bytes == 0 ? 0 : Math.Max(0, bytes - device.FreeBytes);
    }

    private void GrantWaiting(LeaseRequest request, long now)
    {
        Touch(request.Line);
        Dequeue(request);
        Grant(request, now);
        _effects.Add(new(SchedulerEffectKind.Grant, request.ScheduledModel, request));
    }

    private void Grant(LeaseRequest request, long now)
    {
        if (request.IsPreload)
            return;
        request.GrantedAt = now;
        if (request.Members.IsEmpty)
            Hold(request, now);
        foreach (var member in request.Members)
        {
            member.EnqueuedAt = request.EnqueuedAt;
            Hold(member, now);
        }
    }

    private void Hold(LeaseRequest request, long now)
    {
        var (model, holder) = (request.ScheduledModel, request.Holder);
        var device = model.Device!;
        if (holder.Leases == 0 || !holder.Holds(model))
        {
            Assert(model.Users < model.MaxLeases, "Exclusive", $"'{model.Id}' has {model.Users} holders");
            model.Users++;
            device.UsedBytes += model.Footprint.WorkingBytes;
            device.WorkingBytes += model.Footprint.WorkingBytes;
        }

        if (holder.Leases == 0 || !holder.HoldsOn(device))
        {
            Assert(device.HasFreeSlot, "Exclusive", $"{device.Device} has {device.HolderCount} holders");
            device.TakeSlot(holder, now);
        }

        request.RequestState = RequestState.Granted;
        holder.Add(request);
        request.GrantedAt = now;
        if (_policy.MaxHold != long.MaxValue)
            _deadlines.Set(request, Later(now, _policy.MaxHold));
        model.LastUsed = now;
    }

    /// <summary>Ends a wait; <paramref name="culprit"/> is the one of its models that is the reason.</summary>
    private void Refuse(LeaseRequest request, ScheduledModel culprit, Refusal refusal, long now)
    {
        _effects.Add(new(SchedulerEffectKind.Refuse, culprit, request, refusal));
        Leave(request, now);
    }

    private void RefuseAll(ScheduledModel model, Refusal refusal, long now)
    {
        foreach (var line in model.Lines.ToArray())
        {
            while (line.Any() is { } request)
                Refuse(request, model, refusal, now);
        }
    }
}

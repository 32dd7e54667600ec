using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <content>Grants what can be granted, and has brought in what the other requests need.</content>
internal sealed partial class LeaseScheduler
{
    // Counts what was decided, so that it can be told when nothing is left to decide.
    private long _decisions;

    private void Effect(in SchedulerEffect effect)
    {
        _decisions++;
        _effects.Add(effect);
    }

    /// <summary>Serves every device, as what happens on one may concern those who wait on another, until nothing changes.</summary>
    private void Dispatch(long now)
    {
        long before;
        var rounds = 0;
        do
        {
            before = _decisions;
            AssertEnds(ref rounds);
            foreach (var device in _devices)
                Trim(device, now);
            foreach (var device in _devices)
                Serve(device, now);
        }
        while ((_decisions != before && _waiting > 0) || (_urgentHolders > 0 && BreakDeadlock(now)));
    }

    private void Trim(ScheduledDevice device, long now)
    {
        if (device.IsOverBudget)
            MakeRoom(device, device.UsedBytes - device.LeavingBytes - device.BudgetBytes, line: null, presses: true, now);
    }

    private void Serve(ScheduledDevice device, long now)
    {
        var rounds = 0;
        while (device is { IsWanted: true, IsLost: false })
        {
            AssertEnds(ref rounds);
            if (ServeHolders(device, now))
                continue;
            if (_urgentHolders == 0 && device.FindOnlyLine() is { } line && IsPlaced(line))
            {
                line.Refresh(now, _policy.PriorityAgeing);
                if (!CanGrant(line.Next!))
                    break;
                GrantWaiting(line.Next!, now);
            }
            else if (!ServeInOrder(device, now))
            {
                break;
            }
        }

        AssertWorkConserving(device, now);
    }

    /// <summary>Serves holders of leases, here or elsewhere, before all others: what they hold is in use until they get on.</summary>
    private bool ServeHolders(ScheduledDevice device, long now)
    {
        foreach (var holder in UrgentHolders())
        {
            if (holder.FindWaitingOn(device, CanGrant) is { } request)
            {
                // But not before those who were overtaken as often as may be and can be served: else holders could starve them.
                ListWanted(device, now);
                FindBarriers(device, now);
                if (IsBehindBarrier(request, device, now) && GrantOverdue(device, now))
                    return true;
                CountOvertakings(request, now);
                request.Line.CountOvertaking(request, now, _policy.PriorityAgeing);
                GrantWaiting(request, now);
                return true;
            }

            if (holder.FindWaitingOn(device, request => BlockedByItself(request) is not null) is { } blocked)
            {
                var (model, book) = BlockedByItself(blocked)!.Value;
                if (!model.HasEvaded && !IsBoundTo(model) && book == model.Device && OtherDeviceFor(model, mustHaveRoom: false, holder) is { } other)
                {
                    model.HasEvaded = true;
                    Reattach(model, other);
                }
                else
                {
                    Refuse(blocked, model, NeverFits(book, BytesNeeded(book, blocked.Line, holder)), now);
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>Grants the first request that may not be overtaken any more, if one of them can be granted.</summary>
    private bool GrantOverdue(ScheduledDevice device, long now)
    {
        foreach (var line in device.Wanted)
        {
            for (var priority = WaitingLine.Priorities - 1; priority >= 0 && !line.IsPreload; priority--)
            {
                if (line.Head(priority) is not { } head || line.OvertakingsOfHead(priority) < _policy.BypassBound(device.QueueLength) || !CanGrant(head))
                    continue;
                CountOvertakings(head, now);
                GrantWaiting(head, now);
                return true;
            }
        }

        return false;
    }

    private void CountUrgent(LeaseHolder holder, bool wasUrgent)
    {
        if (holder.IsUrgent != wasUrgent)
            _urgentHolders += wasUrgent ? -1 : 1;
    }

    private bool ServeInOrder(ScheduledDevice device, long now)
    {
        ListWanted(device, now);
        FindBarriers(device, now);
        if (!GrantInOrder(device, now))
            return !device.IsPlaced && PlaceInOrder(device, now);

        // With all that is wanted here, and no slot for anybody else, there is nothing left to do.
        return !device.IsPlaced || device.HasFreeSlot || _urgentHolders > 0;
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
        foreach (var model in request.Line.Models)
        {
            if (model.Device!.IsWanted)
                return false;
        }

        return CanGrant(request);
    }

    private static bool CanGrant(LeaseRequest request)
    {
        var models = request.Line.Models;
        foreach (var model in models)
        {
            if (model is not { Residency: ModelResidency.OnDevice, IsLost: false, IsReturning: false, Device: { IsLost: false } device })
                return false;
            if (LacksSlot(request, device))
                return false;
            if (request.Holder.Leases > 0 && request.Holder.Holds(model))
                continue;
            if (model.Users >= model.MaxLeases || MissingWorkingBytes(request, device) > 0)
                return false;
        }

        return true;
    }

    private static bool LacksSlot(LeaseRequest request, ScheduledDevice device) => !device.HasFreeSlot && !request.Holder.HoldsOn(device);

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
        Dequeue(request);
        Grant(request, now);
        Effect(new(SchedulerEffectKind.Grant, request.ScheduledModel, request));
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
            member.GrantedAt = now;
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

        model.HasEvaded = false;
        request.RequestState = RequestState.Granted;
        var wasUrgent = holder.IsUrgent;
        holder.Add(request);
        CountUrgent(holder, wasUrgent);
        if (_policy.MaxHold != long.MaxValue)
            _deadlines.Set(request, Later(now, _policy.MaxHold));
        model.LastUsed = now;
    }

    /// <summary>Ends a wait; <paramref name="culprit"/> is the one of its models that is the reason.</summary>
    private void Refuse(LeaseRequest request, ScheduledModel culprit, Refusal refusal, long now)
    {
        Effect(new(SchedulerEffectKind.Refuse, culprit, request, refusal));
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

using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Scheduling.Queueing;

/// <summary>Grants and releases leases, and updates slots, users and working memory.</summary>
internal sealed class LeaseGranter(SchedulerState state, WaitQueues queues)
{
    /// <summary>Grants a request that has waited.</summary>
    public void GrantWaiting(LeaseRequest request, long now)
    {
        state.Deadlines.Remove(request);
        queues.Dequeue(request);
        Grant(request, now);
        if (!request.Queue.IsGroup)
            request.ScheduledModel.Replicas?.NoteWait(request, now, state.Policy);
        state.Emit(new(SchedulerEffectKind.Grant, request.ScheduledModel, request, Waited: now - request.EnqueuedAt));
    }

    /// <summary>Grants a request without an effect.</summary>
    public void Grant(LeaseRequest request, long now)
    {
        if (request.IsPreload)
            return;
        queues.Shares.Serve(request);
        request.GrantedAt = now;
        if (request.Members.IsEmpty)
            Hold(request, now);
        for (var i = 0; i < request.Members.Length; i++)
        {
            var member = request.Members[i];
            member.EnqueuedAt = request.EnqueuedAt;
            member.GrantedAt = now;
            member.Sequence = request.Sequence;
            member.ShareCost = i == 0 ? request.ShareCost : 0;
            member.IsCharged = !IsOnDeviceOf(member, request.Members[..i]);
            Hold(member, now);
        }
    }

    private static bool IsOnDeviceOf(LeaseRequest member, ReadOnlySpan<LeaseRequest> others)
    {
        foreach (var other in others)
        {
            if (other.ScheduledModel.Device == member.ScheduledModel.Device)
                return true;
        }

        return false;
    }

    /// <summary>Releases the model of a granted request.</summary>
    public void Release(LeaseRequest request, long now)
    {
        var (model, holder) = (request.ScheduledModel, request.Holder);
        var device = model.Device!;
        if (queues.Shares.AreUsed && request.IsCharged)
            Charge(request, now);
        holder.Remove(request);
        queues.Update(holder);
        request.RequestState = RequestState.Idle;
        state.Deadlines.Remove(request);
        if (request.IsOverdue)
            model.OverdueLeases--;
        request.IsOverdue = false;
        device.Memory.EndUse(request.CompanionInputs * model.Footprint.WorkingBytes);
        model.CompanionInputs -= request.CompanionInputs;
        request.CompanionInputs = 0;
        if (!holder.Holds(model))
        {
            model.Users--;
            device.Memory.EndUse(model.Footprint.WorkingBytes);
        }

        if (!holder.HoldsOn(device))
            device.FreeSlot(holder, now);
        model.LastUsed = now;
    }

    /// <summary>Charges the tenant. The last lease of a group on a device is charged for all of them.</summary>
    private void Charge(LeaseRequest request, long now)
    {
        if (request.Holder.Leases > 1 && request.Holder.Granted.FirstOrDefault(IsOfGroup) is { } other)
            (other.IsCharged, other.ShareCost) = (true, request.ShareCost);
        else
            queues.Charge(request, now - request.GrantedAt);

        bool IsOfGroup(LeaseRequest other) =>
            other != request && other.Sequence == request.Sequence && other.GrantedOn == request.GrantedOn;
    }

    private void Hold(LeaseRequest request, long now)
    {
        var (model, holder) = (request.ScheduledModel, request.Holder);
        var device = model.Device!;
        if (holder.Leases == 0 || !holder.Holds(model))
        {
            SchedulerInvariants.Assert(model.Users < model.MaxLeases, "Exclusive", $"'{model.Id}' has {model.Users} holders");
            model.Users++;
            device.Memory.BeginUse(model.Footprint.WorkingBytes);
        }

        if (holder.Leases == 0 || !holder.HoldsOn(device))
        {
            SchedulerInvariants.Assert(device.HasFreeSlot, "Exclusive", $"{device.Device} has {device.HolderCount} holders");
            device.TakeSlot(holder, now);
        }

        model.WasRerouted = false;
        request.RequestState = RequestState.Granted;
        request.GrantedOn = device;
        holder.Add(request);
        queues.Update(holder);
        if (state.Policy.MaxHold != long.MaxValue)
            state.Deadlines.Set(request, Ticks.After(now, state.Policy.MaxHold));
        model.LastUsed = now;
    }
}

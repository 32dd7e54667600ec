using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <content>Where models go, and what makes room for them.</content>
internal sealed partial class LeaseScheduler
{
    /// <summary>Starts the next steps of the models that wait, in the order of service; <see langword="true"/> if that changed anything.</summary>
    private bool PlaceInOrder(ScheduledDevice device, long now)
    {
        if (device != _host)
            device.Claim = null;
        for (var i = 0; i < device.Wanted.Count; i++)
        {
            var line = device.Wanted[i];
            var presses = IsPressing(line, device);
            foreach (var model in line.Models)
            {
                if (model.Device == device && TryPlace(model, line, presses, now))
                    return true;
            }

            if (!line.IsPreload && LacksOnlyBytes(line.Next!) && !IsBehindBarrier(line.Next!, device, now) && WantWorkingBytes(line, presses, now))
                return true;
        }

        return false;
    }

    /// <summary>Has models leave for what a line's next request works with, on every device that it wants; <see langword="true"/> if it never can.</summary>
    private bool WantWorkingBytes(WaitingLine line, bool presses, long now)
    {
        var isMissing = false;
        foreach (var model in line.Models)
        {
            if (MissingWorkingBytes(line.Next!, model.Device!) == 0)
                continue;
            if (Fit(model, model.Device!, line, now) is { } changed)
                return changed;
            isMissing = true;
        }

        // Also where there are enough: others must not take them while those of another device are waited for.
        foreach (var model in line.Models)
        {
            if (isMissing)
                Want(model.Device!, MissingWorkingBytes(line.Next!, model.Device!), line, presses, now);
        }

        return false;
    }

    /// <summary>Whether nothing but bytes to work with is missing: whoever waits for a slot or for others' use ends waits for bytes only then.</summary>
    private static bool LacksOnlyBytes(LeaseRequest request)
    {
        foreach (var model in request.Line.Models)
        {
            if (model is not { Residency: ModelResidency.OnDevice, IsLost: false, IsReturning: false } || LacksSlot(request, model.Device!) || (model.IsTaken && !request.Holder.Holds(model)))
                return false;
        }

        return true;
    }

    private bool TryPlace(ScheduledModel model, WaitingLine line, bool presses, long now) => model.Residency switch
    {
        ModelResidency.Registered or ModelResidency.Faulted => TryLoad(model, line, presses, now),
        ModelResidency.OnHost when model.RunsOnCpu => TryArriveOnCpu(model, line, presses, now),
        ModelResidency.OnHost => TryMove(model, line, presses, now),
        _ => false,
    };

    private bool TryLoad(ScheduledModel model, WaitingLine line, bool presses, long now)
    {
        var bytes = model.Footprint.HostBytes;
        if (_host is { } host && bytes > 0)
        {
            if (Fit(model, host, line, now) is { } changed)
                return changed;
            if (!IsRoomFor(model, bytes, host, line, presses, now))
                return false;
            ChargeHost(model, bytes);
            Assert(host.FreeBytes >= 0, "Budget", $"{host.Device} uses {host.UsedBytes} of {host.BudgetBytes} bytes");
        }

        model.Residency = ModelResidency.Loading;
        model.StepStartedAt = now;
        Effect(new(SchedulerEffectKind.Load, model));
        return true;
    }

    /// <summary>A model that turned out larger than what was free is not used before the host has room for it.</summary>
    private bool TryArriveOnCpu(ScheduledModel model, WaitingLine line, bool presses, long now)
    {
        var host = model.Device!;
        if (Fit(model, host, line, now) is { } changed)
            return changed;
        if (host.FreeBytes < 0)
        {
            Want(host, -host.FreeBytes, line, presses, now);
            return false;
        }

        Arrive(model, now);
        return true;
    }

    private bool TryMove(ScheduledModel model, WaitingLine line, bool presses, long now)
    {
        var device = model.Device!;
        if ((Fit(model, device, line, now) ?? (_host is null ? null : Fit(model, _host, line, now))) is { } changed)
            return changed;
        if (model.IsRetried && device.Models.Exists(static other => other.Residency == ModelResidency.Evicting))
        {
            device.Claim = IsClaimedBefore(device, line, now) ? device.Claim : line;
            return false;
        }

        var bytes = model.Footprint.DeviceBytes;
        if (bytes > device.FreeBytes && OtherDeviceFor(model, mustHaveRoom: true) is { } other)
        {
            Reattach(model, other);
            return true;
        }

        if (!IsRoomFor(model, bytes, device, line, presses, now))
            return false;
        device.UsedBytes += bytes;
        model.DeviceCharge = bytes;
        Assert(device.FreeBytes >= 0, "Budget", $"{device.Device} uses {device.UsedBytes} of {device.BudgetBytes} bytes");
        model.Residency = ModelResidency.Moving;
        model.StepStartedAt = now;
        Effect(new(SchedulerEffectKind.Move, model));
        return true;
    }

    /// <summary>Whether the bytes are free, with those that the model's use needs beside; if not, room is made as far as may be.</summary>
    private bool IsRoomFor(ScheduledModel model, long bytes, ScheduledDevice book, WaitingLine line, bool presses, long now)
    {
        // The bytes that the present holders work with are free again when it is the model's turn.
        var working = model.Device == book ? Math.Max(0, model.Footprint.WorkingBytes - book.WorkingBytes) : 0;
        var missing = bytes + working - book.FreeBytes;
        if (missing <= 0)
        {
            // A claim that waits for holders must not keep those very holders waiting.
            var isClaimWaiting = book.LeavingBytes == 0 && book.FreeBytes < book.ClaimedFreeBytes;
            return (line.IsUrgent && isClaimWaiting) || !IsClaimedBefore(book, line, now);
        }

        Want(book, missing, line, presses, now);
        return false;
    }

    private void Want(ScheduledDevice book, long missing, WaitingLine line, bool presses, long now)
    {
        if (IsClaimedBefore(book, line, now))
            return;
        MakeRoom(book, missing - book.LeavingBytes, line, presses, now);

        // Room that is on its way must not go to others either, or models drive each other out without end.
        if (!presses && missing > book.LeavingBytes)
            return;
        book.Claim = line;
        book.ClaimedFreeBytes = book.FreeBytes + missing;
    }

    /// <summary>Whether a line that comes before this one waits for room in the same memory.</summary>
    private bool IsClaimedBefore(ScheduledDevice book, WaitingLine line, long now)
    {
        if (book.Claim is not { Count: > 0 } claim || claim == line)
            return false;
        if (book == _host && !NeedsHostRoom(claim))
            return false;
        claim.Refresh(now, _policy.PriorityAgeing);
        return Compare(claim, line) < 0;
    }

    private static bool NeedsHostRoom(WaitingLine line)
    {
        foreach (var model in line.Models)
        {
            if (model.IsFreed || (model.RunsOnCpu && (model.Residency == ModelResidency.OnHost || (line.Any() is { } request && LacksOnlyBytes(request) && MissingWorkingBytes(request, model.Device!) > 0))))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Sees to it that requests for models that do not fit together do not wait for that. One of them goes to another device, if that is large enough, once it is idle; else the
    /// requests are refused.
    /// </summary>
    /// <returns>Whether anything changed; <see langword="null"/> if they fit.</returns>
    private bool? Fit(ScheduledModel model, ScheduledDevice book, WaitingLine line, long now)
    {
        var needed = BytesNeeded(book, line, holder: null);
        if (needed <= book.BudgetBytes)
            return null;
        foreach (var member in line.Models)
        {
            if (member.Device != book || OtherDeviceFor(member, mustHaveRoom: false) is not { } other)
                continue;
            if (!IsBoundTo(member))
                Reattach(member, other);
            else if (IsEvictable(member, now))
                SendTo(other, member);
            else
                return false;
            return true;
        }

        while (line.Any() is { } request)
            Refuse(request, model, NeverFits(book, needed), now);
        return true;
    }

    private void SendTo(ScheduledDevice other, ScheduledModel model)
    {
        model.Destination = other;
        Evict(model, EvictionReason.Room);
    }

    /// <summary>
    /// Bytes of a budget that have to be there at once for a line: those of its models, of those that can never leave, and of those that the holder uses.
    /// </summary>
    private long BytesNeeded(ScheduledDevice book, WaitingLine line, LeaseHolder? holder)
    {
        long bytes = 0;
        foreach (var model in book == _host ? _models : book.Models)
        {
            if (line.Models.Contains(model))
                bytes += model.Device == book ? model.BytesOn(book) : book == _host ? model.Footprint.HostBytes : 0;
            else if (holder?.Holds(model) == true)
                bytes += model.ChargeOn(book) + (model.Device == book ? model.Footprint.WorkingBytes : 0);
            else if (book == _host && !model.Settings.CanReload)
                bytes += model.HostCharge;
        }

        return bytes;
    }

    /// <summary>The model for which the request waits in vain, and where, because it needs room that its own holder's other models take up.</summary>
    private (ScheduledModel Model, ScheduledDevice Book)? BlockedByItself(LeaseRequest request)
    {
        foreach (var model in request.Line.Models)
        {
            var isHostInNeed = model.IsFreed && model.Footprint.HostBytes > 0;
            if (isHostInNeed && _host is not null && BytesNeeded(_host, request.Line, request.Holder) > _host.BudgetBytes)
                return (model, _host);
            var isInNeed = isHostInNeed || model.Residency == ModelResidency.OnHost || (model.Residency == ModelResidency.OnDevice && MissingWorkingBytes(request, model.Device!) > 0);
            if (isInNeed && BytesNeeded(model.Device!, request.Line, request.Holder) > model.Device!.BudgetBytes)
                return (model, model.Device);
        }

        return null;
    }

    /// <summary>
    /// Has idle models leave if they are enough: those that nobody wants, the cheapest to bring back per byte first, and for a line that presses also
    /// those that are served after it, the latest first.
    /// </summary>
    private void MakeRoom(ScheduledDevice book, long missing, WaitingLine? line, bool presses, long now)
    {
        if (missing <= 0)
            return;
        foreach (var device in book == _host ? _devices : [book])
            ListWanted(device, now);
        foreach (var victim in ChooseVictims(book, missing, line, presses, now) ?? [])
            Expel(victim, book);
    }

    /// <summary>Chooses no more than needed; <see langword="null"/> if all that may leave are not enough.</summary>
    private List<ScheduledModel>? ChooseVictims(ScheduledDevice book, long missing, WaitingLine? line, bool presses, long now)
    {
        var candidates = (book == _host ? _models : book.Models)
            .Where(model => MayLeave(model, book, now) && (line is null || !line.Models.Contains(model)))
            .Where(model => presses || !model.IsWanted)
            .Select(model => (Model: model, Line: model.IsWanted ? FirstLineOf(model) : null))
            .Where(candidate => candidate.Line is null || line is null || Compare(line, candidate.Line) < 0)
            .ToList();
        candidates.Sort((a, b) => (a.Line, b.Line) switch
        {
            (null, null) => CompareWorth(a.Model, b.Model, book, now),
            (null, _) => -1,
            (_, null) => 1,
            _ => -Compare(a.Line, b.Line),
        });
        var surplus = candidates.Sum(candidate => candidate.Model.ChargeOn(book)) - missing;
        if (surplus < 0)
            return line is null && presses ? candidates.ConvertAll(static candidate => candidate.Model) : null;

        // From the most worth keeping on: spare every model without which there is still room.
        var victims = new List<ScheduledModel>();
        for (var i = candidates.Count - 1; i >= 0; i--)
        {
            var bytes = candidates[i].Model.ChargeOn(book);
            if (bytes <= surplus)
                surplus -= bytes;
            else
                victims.Add(candidates[i].Model);
        }

        return victims;
    }

    private bool MayLeave(ScheduledModel model, ScheduledDevice book, long now)
    {
        if (model.Users > 0 || model.ChargeOn(book) == 0 || (book == _host && !model.Settings.CanReload))
            return false;
        if (model.Residency == ModelResidency.OnHost)
            return book == _host;
        if (!IsEvictable(model, now))
            return false;
        var mayLeaveAt = model.ArrivedAt + _policy.MinResidency;
        if (now >= mayLeaveAt)
            return true;
        if (model.Device!.HeapIndex < 0 || mayLeaveAt < model.Device.Deadline)
            _deadlines.Set(model.Device, mayLeaveAt);
        return false;
    }

    private int CompareWorth(ScheduledModel a, ScheduledModel b, ScheduledDevice book, long now)
    {
        var byCost = ReloadCostPerByte(a, book, now).CompareTo(ReloadCostPerByte(b, book, now));
        if (byCost != 0)
            return byCost;
        var byUse = a.LastUsed.CompareTo(b.LastUsed);
        return byUse != 0 ? byUse : string.CompareOrdinal(a.Id, b.Id);
    }

    /// <summary>What it will cost to have evicted a model, per byte that it frees: how likely it is wanted again, times how long it takes to bring back.</summary>
    private double ReloadCostPerByte(ScheduledModel model, ScheduledDevice book, long now)
    {
        var ticks = book == _host ? model.LoadTicks + (model.RunsOnCpu ? 0 : model.MoveTicks) : model.SwapTicks;
        return model.Popularity.At(now, _policy.PopularityHalfLife) * ticks / Math.Max(1, model.ChargeOn(book));
    }

    private void Expel(ScheduledModel model, ScheduledDevice book)
    {
        if (model.Residency == ModelResidency.OnHost)
        {
            Unload(model);
            return;
        }

        if (book == _host && !model.RunsOnCpu)
        {
            model.LeavesHost = true;
            book.LeavingBytes += model.HostCharge;
        }

        Evict(model, EvictionReason.Room);
    }
}

using System.Diagnostics;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

/// <content>The promises, as code.</content>
internal sealed partial class LeaseScheduler
{
    /// <summary>Throws if a promise of the contract does not hold; debug builds check after every event.</summary>
    /// <exception cref="InvalidOperationException">A promise is broken.</exception>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        _devices.ForEach(AssertInvariants);
        foreach (var model in _models)
        {
            Assert(model.Users == 0 || model.Residency == ModelResidency.OnDevice, "In use is untouchable", $"'{model.Id}' is in use and {model.Residency}");
            Assert(!IsShuttingDown || !model.IsWanted, "Every wait ends", $"a request for '{model.Id}' waits in a shutdown");
            Assert(!model.IsWanted || model.Device is not null, "Every wait ends", $"a request for '{model.Id}' waits on no device");
            Assert(model.Wishes == model.Lines.Sum(static line => line.Count), "Queue", $"the wishes for '{model.Id}' are miscounted");
            Assert(!model.IsFreed || (model.HostCharge == 0 && model.DeviceCharge == 0), "Budget", $"'{model.Id}' is freed and has {model.HostCharge + model.DeviceCharge} bytes");
            Assert(!model.IsWanted || model.Device is not { IsLost: true } || IsBoundTo(model), "Every wait ends", $"a request for '{model.Id}' waits on a lost device");
        }
    }

    private void AssertInvariants(ScheduledDevice device)
    {
        var name = device.Device;
        var charged = _models.Sum(model => model.ChargeOn(device));
        var working = device.Models.Sum(static model => model.Users * model.Footprint.WorkingBytes);
        Assert(device.UsedBytes == charged + working + device.AbandonedBytes && device.WorkingBytes == working, "Budget", $"the books of {name} are wrong");
        var leaving = _models
            .Where(model => model.Device == device && model.Residency == ModelResidency.Evicting || (device == _host && model.LeavesHost))
            .Sum(model => model.ChargeOn(device));
        Assert(device.LeavingBytes == leaving, "Budget", $"the leaving bytes of {name} are wrong");
        var lines = device.Models.SelectMany(static model => model.Lines).Distinct().ToList();
        Assert(device.QueueLength == lines.Sum(static line => line.IsPreload ? 0 : line.Count), "Queue", $"the queue of {name} is miscounted");
        Assert(device.PreloadCount == lines.Sum(static line => line.IsPreload ? line.Count : 0), "Queue", $"the preloads of {name} are miscounted");
        foreach (var holder in device.Slots)
            Assert(holder is null || holder.HoldsOn(device), "Exclusive", $"a holder without a lease has a slot on {name}");
        Assert(device.Models.TrueForAll(model => model.Device == device), "Queue", $"{name} lists models that are elsewhere");
    }

    /// <summary>After a dispatch: no request is left waiting that could be granted without breaking the bound on overtaking.</summary>
    [Conditional("DEBUG")]
    private void AssertWorkConserving(ScheduledDevice device, long now)
    {
        foreach (var line in device.Models.SelectMany(static model => model.Lines).Where(static line => !line.IsPreload))
        {
            for (var priority = 0; priority < WaitingLine.Priorities; priority++)
            {
                Assert(
                    line.Head(priority) is not { } request || !CanGrant(request) || IsBehindBarrier(request, device, now),
                    "Work-conserving",
                    $"the oldest request for '{line.Names}' waits although it could be granted");
                Assert(
                    line.OvertakingsOfHead(priority) <= Math.Max(_policy.MaxBypass, _policy.MaxBypassUnderLoad) || !CanGrant(line.Head(priority)!) || IsBehindBarrier(line.Head(priority)!, device, now),
                    "No starvation",
                    $"a request for '{line.Names}' was overtaken too often");
            }
        }
    }

    /// <summary>Within one event: decisions lead to decisions, but not for ever.</summary>
    [Conditional("DEBUG")]
    private static void AssertEnds(ref int rounds) => Assert(++rounds < 10_000, "Every wait ends", "it decides to and fro");

    [Conditional("DEBUG")]
    private static void Assert(bool condition, string invariant, string message)
    {
        if (!condition)
            throw new InvalidOperationException($"The lease scheduler broke its promise '{invariant}': {message}. Please report this.");
    }
}

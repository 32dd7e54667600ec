using System.Diagnostics;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Scheduling;

internal sealed partial class LeaseScheduler
{
    /// <summary>Throws if a promise of the contract does not hold; debug builds check after every event.</summary>
    /// <exception cref="InvalidOperationException">A promise is broken.</exception>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        foreach (var device in _devices)
        {
            var placed = device.Models.Where(static model => model.IsPlaced).ToList();
            Assert(device.HolderCount <= device.MaxConcurrentHolders, "Exclusive", $"{device.Device} has {device.HolderCount} holders");
            Assert(device.UsedBytes <= device.BudgetBytes, "Budget", $"{device.Device} uses {device.UsedBytes} of {device.BudgetBytes} bytes");
            Assert(device.UsedBytes == placed.Sum(model => model.BytesOn(device)), "Budget", $"the books of {device.Device} are wrong");
            Assert(
                device.LeavingBytes == placed.Where(static model => model.Residency == ModelResidency.Evicting).Sum(model => model.BytesOn(device)),
                "Budget",
                $"the leaving bytes of {device.Device} are wrong");
            Assert(device.QueueLength == device.Models.Sum(static model => model.Waiting.Count) && device.PreloadCount == device.Models.Sum(static model => model.Preloads.Count), "Queue", $"the queue of {device.Device} is miscounted");
            foreach (var holder in device.Slots)
                Assert(holder is null || holder.HoldsOn(device), "Exclusive", $"a holder without a lease has a slot on {device.Device}");
        }

        foreach (var model in _models)
        {
            Assert(model.Users <= model.MaxLeases, "Exclusive", $"'{model.Id}' has {model.Users} holders");
            Assert(model.Users == 0 || model.Residency == ModelResidency.OnDevice, "In use is untouchable", $"'{model.Id}' is in use and {model.Residency}");
            Assert(!IsShuttingDown || !model.IsWanted, "Every wait ends", $"a request for '{model.Id}' waits in a shutdown");
        }
    }

    /// <summary>After a dispatch: no request is left waiting that could be granted without breaking the bound on overtaking.</summary>
    [Conditional("DEBUG")]
    private void AssertWorkConserving(ScheduledDevice device, long now)
    {
        foreach (var model in device.Models)
        {
            for (var priority = 0; priority < WaitingLine.Priorities; priority++)
            {
                Assert(
                    model.Waiting.Head(priority) is not { } request || !CanGrant(request) || IsBehindBarrier(request, now),
                    "Work-conserving",
                    $"the oldest request for '{model.Id}' waits although it could be granted");
                Assert(
                    model.Waiting.OvertakingsOfHead(priority) <= Math.Max(policy.MaxBypass, policy.MaxBypassUnderLoad),
                    "No starvation",
                    $"a request for '{model.Id}' was overtaken too often");
            }
        }
    }

    private static void Assert(bool condition, string invariant, string message)
    {
        if (!condition)
            throw new InvalidOperationException($"The lease scheduler broke its promise '{invariant}': {message}. Please report this.");
    }
}

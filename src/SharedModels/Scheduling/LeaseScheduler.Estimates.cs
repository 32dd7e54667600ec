using SharedModels.Scheduling.Decisions;

namespace SharedModels.Scheduling;

/// <content>What refused requests are told, and how long waits will take.</content>
internal sealed partial class LeaseScheduler
{
    private static IReadOnlyList<string> HeldModels(ScheduledDevice device) =>
        [.. device.Models.Where(static model => model.Users > 0).Select(static model => model.Id)];

    private static Refusal NeverFits(ScheduledDevice book, long needed) =>
        new(RefusalReason.NeverFits) { Device = book.Device, RequiredBytes = needed, BudgetBytes = book.BudgetBytes };

    private static Refusal DescribeLoss(ScheduledModel model, long now)
    {
        var device = model.Device is { IsLost: true } at ? at : model.Settings.Candidates.MinBy(static device => device.RetryAt)!;
        return new(RefusalReason.DeviceLost)
        {
            Device = device.Device,
            Cause = device.Error,
            RetryAfter = TimeSpan.FromTicks(Math.Max(0, device.RetryAt - now)),
        };
    }

    private static Refusal Describe(RefusalReason reason, ScheduledDevice device, long now) => new(reason)
    {
        Device = device.Device,
        QueueLength = device.QueueLength,
        HeldModels = HeldModels(device),
        HeldFor = TimeSpan.FromTicks(device.LongestHold(now)),
        RetryAfter = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond, ExpectedWait(device))),
    };

    /// <summary>Ticks until the queue is served: the holds of those who wait, and the swaps for them.</summary>
    private static long ExpectedWait(ScheduledDevice device)
    {
        var holds = device.AverageHold * (device.QueueLength + 1) / device.MaxConcurrentHolders;
        var swaps = device.Models.Where(static model => model.IsWanted).Sum(model => TicksToArrive(model, device));
        return (long)holds + swaps;
    }

    /// <summary>Ticks that the steps to the device took the last time, of those that the model has before it; 0 where that is not known.</summary>
    private static long TicksToArrive(ScheduledModel model, ScheduledDevice device)
    {
        var move = device.Device.IsCpu ? 0 : model.MoveTicks;
        return model.Residency switch
        {
            ModelResidency.OnDevice => 0,
            ModelResidency.OnHost or ModelResidency.Moving or ModelResidency.Evicting => move,
            _ => model.LoadTicks + move,
        };
    }

    /// <summary>Ticks that the request will wait even if all goes well: for its models to arrive, and for those before it in its own line.</summary>
    private long LeastWait(LeaseRequest request, long now)
    {
        long longest = 0;
        foreach (var model in request.Line.Models)
        {
            var device = model.Device!;

            // What took long once is not held against requests for ever: after a while one of them finds out anew.
            var arrival = now - model.MeasuredAt < _policy.PopularityHalfLife ? TicksToArrive(model, device) : 0;
            if (model.Residency is ModelResidency.Loading or ModelResidency.Moving)
                arrival = Math.Max(0, arrival - (now - model.StepStartedAt));
            var turns = request.Line.CountFrom(request.Priority) * device.AverageHold / Math.Min(device.MaxConcurrentHolders, model.MaxLeases);
            longest = Math.Max(longest, arrival + (long)turns);
        }

        return longest;
    }
}

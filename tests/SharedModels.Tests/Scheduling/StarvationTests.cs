using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Tests.Scheduling;

/// <summary>
/// A device with room for one of two models: a hot one that clients request constantly, and another one with a single request, with the
/// default settings. The single request is served within its timeout, whatever the hold times.
/// </summary>
public sealed class StarvationTests
{
    private static readonly long Timeout = TimeSpan.FromSeconds(30).Ticks;
    private static readonly long Move = TimeSpan.FromSeconds(0.5).Ticks;

    public static TheoryData<double, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<double, int, int>();
            foreach (var hold in (double[])[0.01, 0.1, 1, 2.5, 5, 10])
            {
                for (var priority = 0; priority < 3; priority++)
                {
                    for (var hot = 0; hot <= priority; hot++)
                        cases.Add(hold, priority, hot);
                }
            }

            // A lower priority waits until age has raised it, ten seconds per step.
            foreach (var hold in (double[])[0.01, 0.1, 1, 2.5, 5])
            {
                cases.Add(hold, 0, 1);
                cases.Add(hold, 1, 2);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_with_room_to_be_served_does_not_time_out(double holdSeconds, int priority, int hotPriority)
    {
        var hold = TimeSpan.FromSeconds(holdSeconds).Ticks;
        var defaults = new SchedulingPolicy();
        var world = new SchedulerWorld(budget: 10, maxBypass: defaults.MaxBypass, change: _ => defaults);
        var hot = world.AddResident("hot");
        var cold = world.AddModel("cold");
        // Older requests of the same effective priority go first. With long holds, four of them would leave no room before the timeout.
        var clients = Enumerable.Range(0, holdSeconds < 10 ? 4 : 2).Select(_ => world.Acquire(hot, priority: hotPriority)).ToList();
        var ends = clients.ToDictionary(static client => client, _ => hold);
        world.Now = hold / 2;
        var request = world.Acquire(cold, timeout: Timeout, priority: priority);
        var askedAt = world.Now;
        var stepEndsAt = long.MaxValue;
        while (request.IsWaiting)
        {
            // The next event: the holder releases and requests again, a step ends, or a deadline passes.
            var holder = clients.Find(static client => client.IsHeld);
            var next = Math.Min(
                Math.Min(holder is null ? long.MaxValue : ends[holder], stepEndsAt), Math.Max(world.Scheduler.NextDeadline, world.Now));
            world.Advance(Math.Max(0, next - world.Now));
            if (stepEndsAt <= world.Now)
                world.Finish(world.Work[0]);
            if (holder is { IsHeld: true } && ends[holder] <= world.Now)
            {
                world.Release(holder);
                clients.Remove(holder);
                clients.Add(world.Acquire(hot, priority: hotPriority));
                ends[clients[^1]] = long.MaxValue;
            }

            if (clients.Find(static client => client.IsHeld) is { } granted && (granted != holder || ends[granted] == long.MaxValue))
                ends[granted] = world.Now + hold;
            while (world.Work is [{ Kind: not SchedulerEffectKind.Move } quick, ..])
                world.Finish(quick);
            stepEndsAt = world.Work.Count == 0 ? long.MaxValue : stepEndsAt == long.MaxValue ? world.Now + Move : stepEndsAt;
            Assert.True(world.Now - askedAt <= Timeout + hold, "The simulation does not end.");
        }

        Assert.True(
            request.IsHeld, $"Rejected after {TimeSpan.FromTicks(world.Now - askedAt).TotalSeconds:0.0} s: {request.Rejection?.Reason}.");
    }
}

namespace SharedModels.Tests.Scheduling;

/// <summary>Checks that looking at every device again changes nothing.</summary>
internal static class HistoryWakeUps
{
    public static void Check(SchedulerWorld world, List<TestRequest> requests)
    {
        if (world.Scheduler.IsShuttingDown)
            return;
        var (waiting, grants, work) = (
            requests.Count(static request => request.IsWaiting),
            requests.Count(static request => request.GrantNumber > 0),
            world.Work.Count);
        world.Tell(() => world.Scheduler.Reconfigure(world.Policy, world.Now));
        Assert.True(
            requests.Count(static request => request.GrantNumber > 0) == grants,
            "A wake-up was lost: a request is granted when all devices are looked at again.");

        // Work in progress causes all devices to be looked at again when it ends.
        Assert.True(
            work > 0 || requests.Count(static request => request.IsWaiting) == waiting,
            "A wake-up was lost: a request is rejected when all devices are looked at again.");
        Assert.True(
            work > 0 || world.Work.Count == work,
            "A wake-up was lost: "
            + $"{string.Join(", ", world.Work.Skip(work).Select(static begun => $"{begun.Kind} of {begun.Model?.Id}"))} begins when "
            + "all devices are looked at again.");
    }
}

using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>
/// Checks the order of grants in a history: first in, first out within a queue, priority and tenant, and a bounded number of bypasses by
/// the same tenant.
/// </summary>
internal sealed class HistoryOrder(SchedulerWorld world, List<TestRequest> requests)
{
    private readonly Dictionary<TestRequest, int> _bypassed = [];
    private HashSet<LeaseHolder> _wasHolding = [];

    /// <summary>The number of the last grant that was checked.</summary>
    public int LastGrant { get; private set; }

    /// <summary>
    /// Counts, for each waiting request, the younger ones of no higher priority that were granted meanwhile on a device that it can use.
    /// </summary>
    public void Check()
    {
        foreach (var granted in requests
            .Where(request => request.GrantNumber > LastGrant)
            .OrderBy(static request => request.GrantNumber)
            .ToList())
        {
            LastGrant = granted.GrantNumber;
            if (granted.Queue.IsPreload || granted.OuterFetch is not null || !_wasHolding.Add(granted.Holder))
                continue;
            foreach (var waiting in requests.Where(
                request => request.IsWaiting && request.Tenant == granted.Tenant && !request.Queue.IsPreload && !request.IsHeldBack
                    && IndexOf(request) < IndexOf(granted)))
            {
                var isYounger = waiting.PriorityAt(world.Now, world.Policy.PriorityAging) >= granted.Priority;
                if (WaitsForSame(waiting, granted) && waiting.Priority == granted.Priority)
                    Assert.Fail(
                        $"{Name(granted)} was granted before {Name(waiting)}, which is older and waits for the same with the "
                        + "same priority.");
                if (isYounger && waiting.Queue.Models.ToArray().Any(
                    model => granted.Queue.Models.ToArray().Any(other => other.Device == model.Device)))
                    _bypassed[waiting] = _bypassed.GetValueOrDefault(waiting) + 1;
            }
        }

        foreach (var (request, times) in _bypassed.Where(static pair => pair.Key.IsWaiting))
            Assert.True(times <= 20 + world.Policy.MaxBypassUnderLoad, $"{Name(request)} was bypassed {times} times.");
        _wasHolding = [.. requests.Where(static request => request.IsHeld).Select(static request => request.Holder)];
    }

    private static bool WaitsForSame(TestRequest request, TestRequest other) =>
        request.Queue == other.Queue
        || (!request.Queue.IsGroup && !other.Queue.IsGroup && request.ScheduledModel.Replicas is { } replicas
            && replicas == other.ScheduledModel.Replicas);

    private int IndexOf(TestRequest request) => requests.IndexOf(request);

    private string Name(TestRequest request) => $"#{IndexOf(request)}";
}

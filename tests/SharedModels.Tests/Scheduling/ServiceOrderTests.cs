using SharedModels.Scheduling;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class ServiceOrderTests
{
    private static readonly long Aging = new SchedulingPolicy().PriorityAging;

    private readonly SchedulerParts _parts = new();
    private readonly ServiceOrder _order;

    public ServiceOrderTests() => _order = new(_parts.State, _parts.Queues);

    [Fact]
    public void A_model_that_is_only_kept_comes_after_a_requested_one()
    {
        var (kept, wanted) = (_parts.AddModel("kept"), _parts.AddModel("wanted"));
        _parts.Queues.Enqueue(new KeepRequest(kept), now: 0);
        _parts.Wait(new TestRequest(wanted, new(), isPreload: true) { Priority = 0 });
        kept.Preloads.Refresh(now: 0, Aging);
        wanted.Preloads.Refresh(now: 0, Aging);
        Assert.InRange(ServiceOrder.Compare(kept.Preloads, wanted.Preloads), 1, int.MaxValue);
        Assert.InRange(ServiceOrder.Compare(wanted.Preloads, kept.Preloads), int.MinValue, -1);
    }

    [Fact]
    public void A_queue_with_requests_of_several_priorities_is_listed_once()
    {
        var model = _parts.AddModel("a");
        Wait(model, priority: 0);
        Wait(model, priority: 2);
        _order.ListWanted(_parts.Accelerator, now: 0);
        Assert.Equal([model.Waiting], _parts.Accelerator.Wanted);
    }

    [Fact]
    public void If_the_next_request_of_a_queue_is_behind_a_barrier_one_of_higher_priority_can_go_first()
    {
        var (missing, resident) = (_parts.AddModel("missing"), _parts.AddResident("resident"));
        Wait(missing, priority: 1);
        var aged = Wait(resident, priority: 0);
        var normal = Wait(resident, priority: 1);
        normal.EnqueuedAt = 1;
        Assert.True(_order.IsBehindBarrier(aged, Aging));
        Assert.Same(normal, _order.FindInTurn(_parts.Accelerator, Aging));
        Assert.Same(aged, resident.Waiting.Next);
    }

    [Fact]
    public void A_request_gets_no_turn_while_another_is_the_next_of_its_queue()
    {
        var model = _parts.AddResident("a");
        var holder = _parts.Hold(_parts.AddResident("b"));
        for (var i = 1; i < _parts.Accelerator.MaxConcurrentHolders; i++)
            _parts.Hold(_parts.AddResident($"m{i}"));
        var next = Wait(model, priority: 1);
        var other = _parts.Wait(new TestRequest(model, holder) { Priority = 2 });
        Assert.Equal((false, true), (GrantRules.CanGrant(next), GrantRules.CanGrant(other)));
        Assert.Null(_order.FindInTurn(_parts.Accelerator, Aging));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_request_bypasses_older_requests_of_its_own_queue_only_out_of_turn(bool isOutOfTurn, int expected)
    {
        var model = _parts.AddResident("a");
        Wait(model, priority: 1);
        _order.CountBypasses(Wait(model, priority: 2), Aging, isOutOfTurn);
        Assert.Equal((expected, 0), (model.Waiting.BypassesOfHead(1), model.Waiting.BypassesOfHead(2)));
    }

    private TestRequest Wait(TestModel model, int priority) => _parts.Wait(new TestRequest(model, new()) { Priority = priority });
}

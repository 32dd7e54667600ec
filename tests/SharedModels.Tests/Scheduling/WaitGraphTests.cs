using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The waits that a search for deadlocks looks at, and the conditions of a wait.</summary>
public sealed class WaitGraphTests
{
    private readonly SchedulerParts _parts = new();

    [Fact]
    public void A_search_looks_only_at_the_new_wait_and_what_it_depends_on()
    {
        var (a, b, c, d) = (_parts.AddResident("a"), _parts.AddResident("b"), _parts.AddResident("c"), _parts.AddResident("d"));
        var (first, holderOfB, second, holderOfD) = (_parts.Hold(a), _parts.Hold(b), _parts.Hold(c), _parts.Hold(d));
        var earlier = _parts.Wait(b, first);
        Assert.Null(_parts.Graph.FindCycle(now: 0));
        Assert.Same(holderOfB, earlier.Witness);

        earlier.Witness = null;
        var later = _parts.Wait(d, second);
        Assert.Null(_parts.Graph.FindCycle(now: 0));
        Assert.Same(holderOfD, later.Witness);
        Assert.Null(earlier.Witness);
    }

    [Fact]
    public void A_holder_that_no_longer_waits_is_forgotten()
    {
        var (a, b) = (_parts.AddResident("a"), _parts.AddResident("b"));
        var holder = _parts.Hold(a);
        _parts.Hold(b);
        _parts.Queues.Dequeue(_parts.Wait(b, holder));
        Assert.Null(_parts.Graph.FindCycle(now: 0));
        Assert.Empty(_parts.Queues.Suspects);
    }

    [Fact]
    public void A_release_that_a_wait_does_not_depend_on_starts_no_search_from_it()
    {
        var (a, b, c) = (_parts.AddResident("a"), _parts.AddResident("b"), _parts.AddResident("c"));
        var (holder, holderOfB, unrelated) = (_parts.Hold(a), _parts.Hold(b), _parts.Hold(c));
        _parts.Wait(b, holder);
        Assert.Null(_parts.Graph.FindCycle(now: 0));
        _parts.Queues.SuspectWaitersOf(unrelated);
        Assert.Empty(_parts.Queues.Suspects);
        _parts.Queues.SuspectWaitersOf(holderOfB);
        Assert.Equal([holder], _parts.Queues.Suspects);
    }

    [Fact]
    public void A_release_by_any_holder_of_a_group_s_models_starts_a_search_from_the_group_s_wait()
    {
        var (a, b, c) = (_parts.AddResident("a"), _parts.AddResident("b"), _parts.AddResident("c"));
        var (holder, holderOfB, holderOfC) = (_parts.Hold(a), _parts.Hold(b), _parts.Hold(c));
        _parts.Wait(new TestRequest(_parts.Queues.QueueFor([b, c]), holder, [new(b, holder), new(c, holder)]));
        foreach (var releasing in new[] { holderOfB, holderOfC })
        {
            Assert.Null(_parts.Graph.FindCycle(now: 0));
            Assert.Empty(_parts.Queues.Suspects);
            _parts.Queues.SuspectWaitersOf(releasing);
            Assert.Equal([holder], _parts.Queues.Suspects);
        }
    }

    [Fact]
    public void A_model_that_has_room_on_its_device_waits_for_no_holder()
    {
        var loaded = _parts.AddLoaded("loaded", bytes: 30);
        AssertWaitsForNobody(loaded);
    }

    [Fact]
    public void A_model_that_has_room_on_the_host_waits_for_no_holder()
    {
        var known = _parts.AddModel("known");
        known.Estimate(new(30, 30));
        AssertWaitsForNobody(known);
    }

    [Fact]
    public void A_model_of_unknown_size_waits_for_no_holder_even_if_the_host_is_over_its_budget()
    {
        var unknown = _parts.AddModel("unknown");
        _parts.State.Host.Resize(new MemoryReservation(), 110);
        AssertWaitsForNobody(unknown);
    }

    private void AssertWaitsForNobody(TestModel wanted)
    {
        var (a, b) = (_parts.AddResident("a"), _parts.AddResident("b"));
        var (holder, other) = (_parts.Hold(a), _parts.Hold(b));
        _parts.Wait(wanted, holder);
        _parts.Wait(a, other);
        Assert.Null(_parts.Graph.FindCycle(now: 0));
    }
}

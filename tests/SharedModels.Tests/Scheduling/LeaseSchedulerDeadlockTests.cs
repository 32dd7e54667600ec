using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class LeaseSchedulerDeadlockTests
{
    private readonly SchedulerWorld _world = new(budget: 100, slots: 4);
    private readonly LeaseHolder[] _holders = [new(), new(), new()];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_wait_that_closes_a_cycle_of_holders_is_rejected_with_a_message_that_names_the_cycle(int length)
    {
        var models = Enumerable.Range(0, length).Select(i => _world.AddResident($"m{i}")).ToList();
        for (var i = 0; i < length; i++)
            Assert.True(_world.Acquire(models[i], _holders[i]).IsHeld);
        for (var i = 0; i < length - 1; i++)
            Assert.True(_world.Acquire(models[i + 1], _holders[i]).IsWaiting);
        var last = _world.Acquire(models[0], _holders[length - 1]);
        Assert.Equal(RejectionReason.Deadlock, last.Rejection!.Reason);
        Assert.Equal(
            length == 2
                ? "the holder of 'm1' waits for 'm0'; the holder of 'm0' waits for 'm1'"
                : "the holder of 'm2' waits for 'm0'; the holder of 'm0' waits for 'm1'; the holder of 'm1' waits for 'm2'",
            last.Rejection.Cycle);
    }

    [Fact]
    public void When_the_rejected_holder_releases_its_leases_the_others_continue()
    {
        var a = _world.AddResident("a");
        var b = _world.AddResident("b");
        _world.Acquire(a, _holders[0]);
        var heldB = _world.Acquire(b, _holders[1]);
        var waiting = _world.Acquire(b, _holders[0]);
        _world.Acquire(a, _holders[1]);
        _world.Release(heldB);
        Assert.True(waiting.IsHeld);
    }

    [Fact]
    public void Waiting_for_a_holder_that_waits_for_another_is_not_a_deadlock()
    {
        var a = _world.AddResident("a");
        var b = _world.AddResident("b");
        _world.Acquire(a, _holders[0]);
        _world.Acquire(b, _holders[1]);
        Assert.True(_world.Acquire(b, _holders[0]).IsWaiting);
        Assert.True(_world.Acquire(a, _holders[2]).IsWaiting);
    }

    [Fact]
    public void A_model_with_several_users_is_a_deadlock_only_if_all_of_them_wait_for_the_requester()
    {
        var shared = _world.AddResident("shared", maxLeases: 2);
        var own = _world.AddResident("own");
        _world.Acquire(shared, _holders[0]);
        var free = _world.Acquire(shared, _holders[1]);
        _world.Acquire(own, _holders[2]);
        Assert.True(_world.Acquire(own, _holders[0]).IsWaiting);
        var patient = _world.Acquire(shared, _holders[2]);
        Assert.True(patient.IsWaiting);
        Assert.True(_world.Cancel(patient));
        Assert.True(_world.Acquire(own, _holders[1]).IsWaiting);
        Assert.Equal(RejectionReason.Deadlock, _world.Acquire(shared, _holders[2]).Rejection!.Reason);
        Assert.True(free.IsHeld);
    }

    [Fact]
    public void Two_holders_whose_models_leave_no_room_for_each_other_s_next_model_are_a_deadlock()
    {
        var a = _world.AddResident("a", bytes: 40);
        var b = _world.AddResident("b", bytes: 40);
        var c = _world.AddModel("c", bytes: 50);
        var d = _world.AddModel("d", bytes: 50);
        _world.Acquire(a, _holders[0]);
        _world.Acquire(b, _holders[1]);
        var first = _world.Acquire(c, _holders[0]);
        _world.FinishAll();
        var second = _world.Acquire(d, _holders[1]);
        _world.FinishAll();
        Assert.Equal(1, new[] { first, second }.Count(request => request.Rejection?.Reason == RejectionReason.Deadlock));
    }

    [Fact]
    public void A_grant_can_close_a_cycle_too()
    {
        var x = _world.AddResident("x");
        var y = _world.AddResident("y");
        var heldX = _world.Acquire(x, _holders[2]);
        _world.Acquire(_world.AddResident("z"), _holders[1]);
        _world.Acquire(y, _holders[0]);
        var waitsForX = _world.Acquire(x, _holders[1]);
        var waitsForY = _world.Acquire(y, _holders[1]);
        var closes = _world.Acquire(x, _holders[0]);
        Assert.All([waitsForX, waitsForY, closes], request => Assert.True(request.IsWaiting));
        _world.Release(heldX);
        Assert.True(waitsForX.IsHeld);
        Assert.Equal(RejectionReason.Deadlock, closes.Rejection!.Reason);
        Assert.True(waitsForY.IsWaiting);
    }

    [Fact]
    public void The_message_names_every_lease_of_the_waiting_code()
    {
        var (a, b) = (_world.AddResident("a"), _world.AddResident("b"));
        _world.Acquire(a, _holders[0]);
        _world.Acquire(b, _holders[0]);
        var heldC = _world.Acquire(_world.AddResident("c"));
        var d = _world.AddResident("d");
        _world.Acquire(d, _holders[1]);
        _world.Acquire(new TestRequest(d, _holders[0]) { HeldMeanwhile = [heldC.Holder] });
        var closing = _world.Acquire(a, _holders[1]);
        Assert.Equal(
            "the holder of 'd' waits for 'a'; the holder of 'b', 'a', 'c' waits for 'd'", closing.Rejection?.Cycle);
    }

    [Fact]
    public void Code_with_two_waits_is_still_waiting_after_one_of_them_is_canceled()
    {
        var (heldA, heldB) = (_world.Acquire(_world.AddResident("a")), _world.Acquire(_world.AddResident("b")));
        var c = _world.AddResident("c");
        _world.Acquire(c);
        _world.Acquire(new TestRequest((TestModel)heldB.ScheduledModel, new()) { HeldMeanwhile = [heldA.Holder] });
        var canceled = new TestRequest(c, new()) { HeldMeanwhile = [heldA.Holder] };
        _world.Acquire(canceled);
        Assert.True(_world.Cancel(canceled));
        var closing = _world.Acquire((TestModel)heldA.ScheduledModel, heldB.Holder);
        Assert.Equal(RejectionReason.Deadlock, closing.Rejection?.Reason);
    }

    [Fact]
    public void A_wait_for_a_slot_of_the_CPU_does_not_depend_on_holders_of_an_accelerator()
    {
        var host = _world.AddDevice(Device.Cpu, 100);
        var (a, b) = (AddOnCpu("a"), AddOnCpu("b"));
        var accelerated = _world.AddResident("accelerated");
        _world.Acquire(a, _holders[0]);
        _world.Acquire(accelerated, _holders[1]);
        _world.Acquire(_world.AddResident("other"), _holders[2]);
        Assert.True(_world.Acquire(accelerated, _holders[0]).IsWaiting);
        Assert.Equal(RejectionReason.Deadlock, _world.Acquire(b, _holders[1]).Rejection?.Reason);

        TestModel AddOnCpu(string id) => _world.Bring(
            _world.AddModel(new ModelFootprint(10, 10), new ModelSettings(id) { Candidates = [host] }));
    }

    [Fact]
    public void Room_that_a_running_eviction_will_free_is_not_a_deadlock()
    {
        _world.Acquire(_world.AddResident("a", bytes: 30), _holders[0]);
        _world.Acquire(_world.AddResident("b", bytes: 30), _holders[1]);
        _world.AddResident("idle", bytes: 30);
        TestRequest[] waits =
            [_world.Acquire(_world.AddModel("c", bytes: 40), _holders[0]), _world.Acquire(_world.AddModel("d", bytes: 40), _holders[1])];
        _world.Finish(SchedulerEffectKind.Load);
        _world.Finish(SchedulerEffectKind.Load);
        Assert.Equal([SchedulerEffectKind.Evict], _world.Work.Select(static work => work.Kind));
        Assert.All(waits, static wait => Assert.Null(wait.Rejection));
    }

    [Fact]
    public void Two_cycles_that_one_event_closes_are_both_broken_the_one_with_the_oldest_wait_first()
    {
        var world = new SchedulerWorld(budget: 100, slots: 2, change: static policy => policy with { MinResidency = 100 });
        var (second, third) = (world.AddDevice(new Device("fake", 1), 100, slots: 2), world.AddDevice(new Device("fake", 2), 100));
        var taken = world.Bring(AddModel("taken", 10, third));
        world.Acquire(taken);
        var older = AddPair("older", world.Device);
        var younger = AddPair("younger", second);
        Assert.All([.. older, .. younger], static wait => Assert.True(wait.IsWaiting));

        // Two more waits that are not part of the cycle.
        foreach (var wait in older)
            world.Acquire(taken, wait.Holder);
        var rejected = new List<LeaseRequest>();
        world.OnEffect = effect =>
        {
            if (effect.Kind == SchedulerEffectKind.Reject)
                rejected.Add(effect.Request!);
        };
        world.Advance(100);
        Assert.Equal([older[1], younger[1]], rejected);

        // Each holds the room that the other one needs, until the idle model may have been evicted, which then turns out to be too small.
        TestRequest[] AddPair(string id, ScheduledDevice device)
        {
            world.Bring(AddModel($"{id} idle", 10, device));
            LeaseHolder[] pair = [new(), new()];
            foreach (var holder in pair)
                world.Acquire(world.Bring(AddModel($"{id} held", 40, device)), holder);
            var waits = Array.ConvertAll(pair, holder => world.Acquire(AddModel($"{id} wanted", 50, device), holder));
            world.FinishAll();
            return waits;
        }

        TestModel AddModel(string id, long bytes, ScheduledDevice device) =>
            world.AddModel(new ModelFootprint(bytes, bytes), new ModelSettings(id) { Candidates = [device] });
    }

    [Fact]
    public void A_lease_that_affects_no_wait_starts_no_search()
    {
        var other = _world.AddDevice(new Device("fake", 1), 100);
        var unrelated = _world.Bring(
            _world.AddModel(new ModelFootprint(10, 10), new ModelSettings("unrelated") { Candidates = [other] }));
        var b = _world.AddResident("b");
        _world.Acquire(_world.AddResident("a"), _holders[0]);
        _world.Acquire(b, _holders[1]);
        var wait = _world.Acquire(b, _holders[0]);
        Assert.Same(_holders[1], wait.Witness);
        wait.Witness = null;
        _world.Release(_world.Acquire(unrelated));
        Assert.Null(wait.Witness);
    }
}

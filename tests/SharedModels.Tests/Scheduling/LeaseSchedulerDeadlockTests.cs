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
    public void The_wait_that_closes_a_cycle_of_holders_is_rejected_and_names_it(int length)
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
    public void When_the_rejected_one_gives_back_the_others_go_on()
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
    public void Waiting_for_someone_who_waits_for_somebody_else_is_no_deadlock()
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
    public void Two_holders_whose_models_leave_no_room_for_each_other_s_next_are_a_deadlock()
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
    public void A_grant_can_close_the_cycle_too()
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
}

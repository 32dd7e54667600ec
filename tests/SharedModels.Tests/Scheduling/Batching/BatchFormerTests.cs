using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling.Batching;

/// <summary>Which inputs form a batch, and when it can start.</summary>
public sealed class BatchFormerTests
{
    private readonly SchedulerWorld _world = new();

    [Fact]
    public void A_batch_takes_the_inputs_that_wait_when_it_begins_and_leaves_other_requests()
    {
        var model = AddModel();
        var held = _world.Acquire(model);
        var first = Run(model);
        var plain = _world.Acquire(model);
        var second = Run(model);
        _world.Release(held);
        Assert.True(first.IsHeld);
        var late = Run(model);
        Assert.Equal([second, late], Begin(first));
        Assert.Equal((2, 2, 1), (first.CompanionInputs, model.CompanionInputs, _world.Device.QueueLength));
        _world.Release(first);
        Assert.True(plain.IsHeld);
        Assert.Equal((0, 0, RequestState.Idle), (first.CompanionInputs, model.CompanionInputs, second.RequestState));
    }

    [Fact]
    public void Higher_priorities_come_first_and_the_key_must_be_the_same()
    {
        var model = AddModel(maxBatchSize: 3);
        var held = _world.Acquire(model);
        var first = Run(model, key: "a");
        Run(model, key: "b");
        Run(model, key: "a", priority: 0);
        var normal = Run(model, key: "a");
        var high = Run(model, key: "a", priority: 2);
        _world.Release(held);
        Assert.True(high.IsHeld);
        Assert.Equal([first, normal], Begin(high));
    }

    [Fact]
    public void Working_memory_of_all_inputs_is_reserved_until_the_release()
    {
        var model = AddModel(workingBytes: 30);
        var held = _world.Acquire(model);
        var inputs = Enumerable.Range(0, 4).Select(_ => Run(model)).ToList();
        _world.Release(held);
        Assert.Equal((40, 30), (_world.Device.Memory.UsedBytes, _world.Device.Memory.WorkingBytes));
        Assert.Equal(inputs[1..3], Begin(inputs[0]));
        Assert.Equal((100, 90), (_world.Device.Memory.UsedBytes, _world.Device.Memory.WorkingBytes));
        _world.Release(inputs[0]);
        Assert.Equal((40, 30), (_world.Device.Memory.UsedBytes, _world.Device.Memory.WorkingBytes));
        Assert.True(inputs[3].IsHeld);
    }

    [Fact]
    public void Inputs_that_lack_memory_evict_models_that_nobody_wants()
    {
        var model = AddModel(workingBytes: 30);
        var idle = _world.AddResident("idle", 50);
        var held = _world.Acquire(model);
        var inputs = Enumerable.Range(0, 3).Select(_ => Run(model)).ToList();
        _world.Release(held);
        Assert.Empty(Begin(inputs[0]));
        Assert.True(_world.IsUnderWay(SchedulerEffectKind.Evict, idle));
    }

    [Fact]
    public void A_delay_holds_inputs_back_until_it_ends_or_the_batch_is_full()
    {
        var model = AddModel(maxBatchSize: 3, delay: 10);
        var first = Run(model);
        _world.Advance(5);
        var second = Run(model);
        Assert.Equal((true, true), (first.IsHeldBack, second.IsHeldBack));
        _world.Advance(4);
        Assert.False(first.IsHeld);
        _world.Advance(1);
        Assert.True(first.IsHeld);
        Assert.Equal([second], Begin(first));
        _world.Release(first);

        var full = new[] { Run(model), Run(model), Run(model) };
        Assert.True(full[0].IsHeld);
        Assert.Equal(full[1..], Begin(full[0]));
    }

    [Fact]
    public void A_request_without_a_delay_ends_the_delay_of_the_inputs_before_it()
    {
        var model = AddModel(delay: 10);
        var first = Run(model);
        var plain = _world.Acquire(model);
        Assert.Equal((true, false), (first.IsHeld, plain.IsHeld));
    }

    [Fact]
    public void A_held_back_input_keeps_its_timeout()
    {
        var model = AddModel(delay: 10);
        var held = _world.Acquire(model);
        var input = Run(model, timeout: 15);
        _world.Advance(10);
        Assert.True(input.IsWaiting);
        _world.Advance(5);
        Assert.Equal(RejectionReason.TimedOut, input.Rejection?.Reason);
        _world.Release(held);
    }

    [Fact]
    public void A_held_back_input_neither_keeps_other_models_from_the_device_nor_from_its_memory()
    {
        var model = AddModel(delay: 100, bytes: 60);
        var input = Run(model, priority: 2);
        var other = _world.AddModel("other", 80);
        var request = _world.Acquire(other);
        _world.FinishAll();
        Assert.Equal((true, true), (request.IsHeld, input.IsWaiting));
        _world.Release(request);
        _world.Advance(100);
        _world.FinishAll();
        Assert.True(input.IsHeld);
    }

    [Fact]
    public void Batches_of_several_models_go_by_the_waiting_time_that_they_end()
    {
        var small = AddModel("small");
        var large = AddModel("large");
        var held = _world.Acquire(small);
        Measure(small, large);
        var lone = Run(small);
        _world.Advance(1);
        var many = Enumerable.Range(0, 10).Select(_ => Run(large)).ToList();
        _world.Advance(10);
        _world.Release(held);
        Assert.Equal((true, false), (many[0].IsHeld, lone.IsHeld));
        Begin(many[0]);
        _world.Release(many[0]);
        Assert.True(lone.IsHeld);
    }

    [Fact]
    public void The_oldest_input_goes_first_when_it_has_waited_for_almost_two_rounds()
    {
        var small = AddModel("small");
        var large = AddModel("large");
        var held = _world.Acquire(small);
        Measure(small, large);
        var lone = Run(small);

        // A round takes 100 + 100 × 10 ticks.
        _world.Advance(2_000);
        var many = Enumerable.Range(0, 10).Select(_ => Run(large)).ToList();
        _world.Release(held);
        Assert.Equal((true, false), (lone.IsHeld, many[0].IsHeld));
    }

    [Fact]
    public void An_input_that_waits_for_others_is_granted_when_batches_become_as_small_as_it_is()
    {
        var model = AddModel(maxBatchSize: 3, delay: 15);
        var inputs = Enumerable.Range(0, 3).Select(_ => Run(model)).ToList();
        var first = Assert.Single(inputs, static input => input.IsHeld);
        Assert.Equal(2, Begin(first).Count);
        var next = Run(model);
        Assert.True(next.IsHeldBack);
        model.Batches.RunOutOfMemory(3);
        _world.Release(first);
        Assert.True(next.IsHeld);
    }

    private static void Measure(params TestModel[] models)
    {
        foreach (var model in models)
            model.Batches.Complete(1, 100);
    }

    private TestModel AddModel(
        string id = "m", long bytes = 10, long workingBytes = 0, int maxBatchSize = 32, long delay = 0) =>
        _world.Bring(_world.AddModel(
            new ModelFootprint(bytes, bytes, workingBytes),
            new ModelSettings(id) { Candidates = [_world.Device], MaxBatchSize = maxBatchSize, MaxBatchDelay = delay }));

    private TestRequest Run(TestModel model, string? key = null, int priority = 1, long timeout = long.MaxValue)
    {
        var input = new TestRequest(model, new LeaseHolder()) { IsInput = true, BatchKey = key, Priority = priority };
        _world.Acquire(input, timeout);
        return input;
    }

    private List<LeaseRequest> Begin(TestRequest first)
    {
        var others = new List<LeaseRequest>();
        _world.Tell(() => _world.Scheduler.BeginBatch(first, others, _world.Now));
        return others;
    }
}

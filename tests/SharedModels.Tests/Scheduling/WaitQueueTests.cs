using SharedModels.Scheduling;
using SharedModels.Scheduling.Deadlocks;

namespace SharedModels.Tests.Scheduling;

public sealed class WaitQueueTests
{
    private readonly SchedulerParts _parts = new();

    [Fact]
    public void A_group_that_bypasses_a_request_on_several_devices_counts_once()
    {
        var model = _parts.AddModel("a");
        model.Waiting.Enqueue(Request(model, sequence: 1));
        var group = Request(model, sequence: 2);
        model.Waiting.CountBypass(priority: 1, group, new());
        model.Waiting.CountBypass(priority: 1, group, new());
        Assert.Equal(1, model.Waiting.BypassesOfHead(1));
        model.Waiting.CountBypass(priority: 1, Request(model, sequence: 3), new());
        Assert.Equal(2, model.Waiting.BypassesOfHead(1));
    }

    [Fact]
    public void Only_the_latest_bypasses_up_to_one_more_than_the_larger_bound_are_remembered()
    {
        var model = _parts.AddModel("a");
        var (head, next) = (Request(model, sequence: 1), Request(model, sequence: 14));
        model.Waiting.Enqueue(head);
        model.Waiting.Enqueue(next);
        var policy = new SchedulingPolicy { MaxBypass = 1, MaxBypassUnderLoad = 3 };
        foreach (var sequence in (int[])[12, 11, 13, 15, 16])
            model.Waiting.CountBypass(priority: 1, Request(model, sequence), policy);
        Assert.Equal(4, model.Waiting.BypassesOfHead(1));
        model.Waiting.Remove(head);
        Assert.Equal(2, model.Waiting.BypassesOfHead(1));
    }

    [Fact]
    public void A_deadlock_names_every_model_of_a_group()
    {
        var (a, b, c) = (_parts.AddResident("a"), _parts.AddResident("b"), _parts.AddResident("c"));
        var wait = new TestRequest(_parts.Queues.QueueFor([a, b]), _parts.Hold(c), []);
        Assert.Equal("the holder of 'c' waits for 'a', 'b'", WaitGraph.Describe([wait]));
    }

    private static TestRequest Request(TestModel model, long sequence) => new(model, new()) { Sequence = sequence };
}

using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The batches of a history, and the properties that hold for them.</summary>
internal sealed class HistoryBatches(SchedulerWorld world, List<TestRequest> requests, Action<string> tell)
{
    public TestRequest CreateInput(TestModel model, int argument) => new(model, new LeaseHolder())
    {
        IsInput = true,
        BatchKey = argument % 5 == 0 ? "other" : null,
    };

    /// <summary>Begins the batch of a granted input, or measures and releases one that has begun.</summary>
    public void Begin(int argument)
    {
        var granted = requests.Where(static request => request is { IsInput: true, IsHeld: true }).ToList();
        if (granted.Count == 0)
            return;
        var first = granted[argument % granted.Count];
        if (first.BegunAt is null)
            Begin(first);
        else
            End(first, argument);
    }

    /// <summary>Checks that no input waits for others when its delay is over or its batch is full.</summary>
    public void Check()
    {
        foreach (var waiting in requests.Where(static request => request is { IsInput: true, IsWaiting: true, IsHeldBack: true }))
        {
            var settings = waiting.ScheduledModel.Settings;
            Assert.True(
                world.Now < waiting.EnqueuedAt + settings.MaxBatchDelay || world.Scheduler.NextDeadline <= world.Now,
                $"{Name(waiting)} has waited for other inputs since {waiting.EnqueuedAt}.");
            Assert.True(
                SameAs(waiting).Count() < waiting.ScheduledModel.Batches.LimitOf(settings), $"{Name(waiting)} waits in a full batch.");
        }
    }

    private void Begin(TestRequest first)
    {
        var model = first.ScheduledModel;
        var limit = model.Batches.LimitOf(model.Settings);
        var before = requests.Where(other => other.IsWaiting && IsCompanion(other, first)).ToList();
        var others = new List<LeaseRequest>();
        var free = first.GrantedOn!.Memory.FreeBytes;
        first.BegunAt = world.Now;
        world.Tell(() => world.Scheduler.BeginBatch(first, others, world.Now));
        tell($"the batch of {Name(first)} begins with {string.Join(", ", others.Cast<TestRequest>().Select(Name))}");

        var size = 1 + others.Count;
        Assert.True(size <= limit, $"The batch has {size} inputs, but at most {limit} are allowed.");
        Assert.All(others, other => Assert.Contains((TestRequest)other, before));
        Assert.DoesNotContain(others, static other => other.RequestState != RequestState.Idle);

        // The others are still in before, and their priority and age have not changed.
        var left = before.Except(others.Cast<TestRequest>()).ToList();
        Assert.DoesNotContain(left, waiting => others.Exists(other =>
            waiting.Queue == other.Queue
                && (waiting.Priority > other.Priority || (waiting.Priority == other.Priority && waiting.Sequence < other.Sequence))));
        var working = model.Footprint.WorkingBytes;
        Assert.True(
            left.Count == 0 || size == limit || (working > 0 && free < size * working),
            $"{left.Count} inputs were left behind by a batch of {size}.");
        Assert.Equal(others.Count, first.CompanionInputs);
    }

    private void End(TestRequest first, int argument)
    {
        var (model, size) = (first.ScheduledModel, 1 + first.CompanionInputs);
        tell($"the batch of {Name(first)} ends");
        if (argument % 7 == 0 && size > 1)
            model.Batches.RunOutOfMemory(size);
        else
            model.Batches.Complete(size, world.Now - first.BegunAt!.Value);
        world.Release(first);
    }

    private IEnumerable<TestRequest> SameAs(TestRequest input) =>
        requests.Where(other => other.IsWaiting && other.Queue == input.Queue && IsCompanion(other, input));

    /// <summary>Returns true if inputs can share a batch.</summary>
    private static bool IsCompanion(TestRequest other, TestRequest input) =>
        other.IsInput
        && other.BatchKey == input.BatchKey
        && (other.ScheduledModel == input.ScheduledModel
            || (input.ScheduledModel.Replicas is { } replicas && replicas == other.ScheduledModel.Replicas));

    private string Name(TestRequest request) => $"#{requests.IndexOf(request)}";
}

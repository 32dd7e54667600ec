using FsCheck;
using FsCheck.Fluent;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class DeadlineQueueTests
{
    [Fact]
    public void Deadlines_that_are_set_moved_and_removed_are_taken_in_order() => Prop.ForAll<int[]>(static numbers =>
    {
        var queue = new DeadlineQueue();
        var expected = new Dictionary<DeadlineEntry, long>();
        var items = numbers.Select(static _ => new Item()).ToArray();
        for (var i = 0; i < numbers.Length; i++)
        {
            var item = items[Math.Abs(numbers[i] % (i + 1))];
            if (numbers[i] % 3 == 0)
            {
                queue.Remove(item);
                expected.Remove(item);
            }
            else
            {
                queue.Set(item, numbers[i]);
                expected[item] = numbers[i];
            }
        }

        var taken = new List<long>();
        while (queue.TakeDue(long.MaxValue - 1) is { } due)
        {
            Assert.Equal(expected[due], due.Deadline);
            taken.Add(due.Deadline);
        }

        return taken.SequenceEqual(expected.Values.Order());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Deadlines_in_the_future_stay()
    {
        var queue = new DeadlineQueue();
        queue.Set(new Item(), 5);
        Assert.Null(queue.TakeDue(4));
        Assert.Equal(5, queue.Earliest);
        Assert.NotNull(queue.TakeDue(5));
        Assert.Equal(long.MaxValue, queue.Earliest);
    }

    private sealed class Item : DeadlineEntry;
}

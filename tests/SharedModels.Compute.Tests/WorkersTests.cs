using SharedModels.Compute.Embedded;

namespace SharedModels.Compute.Tests;

public sealed class WorkersTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 5)]
    [InlineData(4, 1)]
    [InlineData(4, 100)]
    public void Every_task_runs_once(int cores, int tasks)
    {
        var runs = new int[tasks];
        new Workers(cores).Run(tasks, i => Interlocked.Increment(ref runs[i]));
        Assert.All(runs, r => Assert.Equal(1, r));
    }

    [Theory]
    [InlineData(1, 100, 1_000_000)]
    [InlineData(3, 100, 1_000_000)]
    [InlineData(8, 5, 1_000_000)]
    [InlineData(8, 100, 1)]
    public void Every_row_is_in_one_range(int cores, int rows, long work)
    {
        var runs = new int[rows];
        new Workers(cores).RunRows(rows, work, (first, last) =>
        {
            for (var row = first; row < last; row++)
                Interlocked.Increment(ref runs[row]);
        });
        Assert.All(runs, r => Assert.Equal(1, r));
    }

    [Fact]
    public void Little_work_stays_on_one_thread()
    {
        var stretches = 0;
        new Workers(8).RunRows(100, 10, (_, _) => stretches++);
        Assert.Equal(1, stretches);
    }

    [Fact]
    public void Large_work_is_split_into_ranges_and_the_token_is_checked_between_them()
    {
        var longest = 0;
        new Workers(1).RunRows(5000, 1024 * 1024, (first, last) => longest = Math.Max(longest, last - first));
        Assert.InRange(longest, 1, 65);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void No_task_starts_after_a_cancellation(int cores)
    {
        using var source = new CancellationTokenSource();
        var workers = new Workers(cores) { Cancellation = source.Token };
        var (begun, late) = (0, 0);
        Assert.ThrowsAny<OperationCanceledException>(() => workers.Run(1000, _ =>
        {
            if (source.IsCancellationRequested)
                Interlocked.Increment(ref late);
            if (Interlocked.Increment(ref begun) == 3)
                source.Cancel();
        }));

        // The other cores can begin any number of tasks before the token is canceled.
        Assert.InRange(begun, 3, cores == 1 ? 3 : 1000);
        Assert.InRange(late, 0, cores);
        Assert.ThrowsAny<OperationCanceledException>(() => workers.Run(1, _ => begun = 0));
        Assert.NotEqual(0, begun);
    }

    [Fact]
    public void Without_a_number_all_cores_are_used() => Assert.Equal(Environment.ProcessorCount, new Workers(0).Degree);
}

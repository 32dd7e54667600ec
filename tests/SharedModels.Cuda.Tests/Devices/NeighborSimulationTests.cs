using SharedModels.Cuda.Devices;
using SharedModels.Simulation;

namespace SharedModels.Cuda.Tests.Devices;

/// <summary>A day with random neighbors on the card, in virtual time.</summary>
public sealed class NeighborSimulationTests
{
    private const long GB = 1_000_000_000;
    private const long Total = 24 * GB;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly CudaOptions Options = new();

    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 12)]
    [InlineData(3, 15)]
    [InlineData(4, 15)]
    public void A_day_with_neighbors_never_runs_out_of_memory_and_moves_no_more_than_the_smallest_budget_would(int seed, int mostGigabytes)
    {
        var trace = MakeTrace(seed);
        var result = Run(trace, seed, mostGigabytes * GB);
        Assert.Equal(0, result.OutOfMemory);
        Assert.Equal(0, result.Rejected);
        Assert.True(result.Budgets.Count > 50, $"The budget changed only {result.Budgets.Count} times.");

        // Each growth takes the whole delay.
        Assert.True(Growths(result) <= Day / Options.BudgetGrowthDelay);
        var least = SchedulerSimulation.Run(trace, new SimulatedDevice(result.Budgets.Min()));
        Assert.True(result.Moves <= 1.05 * least.Moves, $"{result.Moves} moves against {least.Moves} with the smallest budget");
    }

    [Fact]
    public void Neighbors_that_take_nearly_all_memory_cause_rejections_but_no_lack_of_memory()
    {
        var result = Run(MakeTrace(seed: 5), seed: 5, most: 23 * GB);
        Assert.Equal(0, result.OutOfMemory);
        Assert.InRange(result.Rejected, 1, result.Waits.Count);
    }

    [Fact]
    public void A_budget_that_ignores_neighbors_runs_out_of_memory() =>
        Assert.NotEqual(0, Run(MakeTrace(seed: 1), seed: 1, most: 15 * GB, follows: false).OutOfMemory);

    private static Trace MakeTrace(int seed) => Trace.Create(new()
    {
        Seed = seed,
        Models = 24,
        Requests = 8_640,
        MeanInterval = TimeSpan.FromSeconds(10),
        MedianHold = TimeSpan.FromSeconds(1),
    });

    private static SimulationResult Run(Trace trace, int seed, long most, bool follows = true)
    {
        var budget = new NeighborBudget(Total - Options.ReserveBytes, Options.BudgetGrowthDelay);
        var wanted = Wanted(seed, most);
        return SchedulerSimulation.Run(trace, new SimulatedDevice(Total), neighbors: new(
            Options.MonitorInterval,
            at => wanted[Math.Min(wanted.Length - 1, (int)(at.TotalSeconds))],
            Options.ReserveBytes,
            (available, inUse, at) =>
                follows && budget.Update(available, inUse, DateTimeOffset.UnixEpoch + at) ? budget.Bytes : null));
    }

    /// <summary>
    /// The memory that neighbors use in each second. Processes start and end at random. Between two readings they grow by at most half of
    /// the reserve, which exists for this case: a process that loads its weights from a disk grows at that rate.
    /// </summary>
    private static long[] Wanted(int seed, long most)
    {
        var random = new Random(seed);
        var wanted = new long[(int)Day.TotalSeconds * 2];
        var fastest = Options.ReserveBytes / 2 / (long)Options.MonitorInterval.TotalSeconds;
        var (now, goal) = (0L, 0L);
        for (var second = 0; second < wanted.Length; second++)
        {
            if (random.Next(120) == 0)
                goal = random.NextInt64(most + 1);
            now = goal < now ? goal : Math.Min(goal, now + fastest);
            wanted[second] = now;
        }

        return wanted;
    }

    private static int Growths(SimulationResult result) =>
        result.Budgets.Zip(result.Budgets.Skip(1)).Count(static pair => pair.Second > pair.First);
}

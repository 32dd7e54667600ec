using SharedModels.Cuda.Tests.Simulator;

namespace SharedModels.Cuda.Tests.Devices;

/// <summary>The budget of a device without its neighbors. It decides whether a rejected request should be retried.</summary>
public sealed class LargestBudgetTests
{
    private const long GiB = 1L << 30;
    private const long Reserve = 512 << 20;

    [Fact]
    public void It_is_the_budget_plus_the_memory_of_neighbors_in_whole_steps()
    {
        var fixture = new ProviderFixture();
        fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(GiB + 1, 40, []);
        Assert.Equal(11 * GiB - Reserve, Largest(fixture));
    }

    [Fact]
    public async Task It_is_the_budget_after_the_neighbors_have_ended()
    {
        var fixture = new ProviderFixture(options: new() { BudgetGrowthDelay = TimeSpan.Zero });
        fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(GiB + 1, 40, []);
        var largest = Largest(fixture);
        var budgets = new List<long>();
        fixture.Provider.MemoryChanged += (_, changed) => budgets.Add(changed.MemoryBytes);
        fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(0, 40, []);
        var reading = await fixture.Provider.ReadAsync(ProviderFixture.Cuda0);
        fixture.Provider.FollowNeighbors(ProviderFixture.Cuda0, reading!, 0, DateTimeOffset.UnixEpoch);
        Assert.Equal([largest!.Value], budgets);
    }

    [Fact]
    public void It_is_unknown_if_the_memory_of_others_is_not_known() => Assert.Null(Largest(new()));

    [Fact]
    public void It_is_unknown_if_devices_are_never_checked()
    {
        var fixture = new ProviderFixture(options: new() { MonitorInterval = Timeout.InfiniteTimeSpan });
        fixture.Nvml.Readings[CudaSimulator.UuidOf(0)] = new(GiB, 40, []);
        Assert.Null(Largest(fixture));
    }

    private static long? Largest(ProviderFixture fixture) => fixture.Provider.GetDevices()[0].MaxMemoryBytes;
}

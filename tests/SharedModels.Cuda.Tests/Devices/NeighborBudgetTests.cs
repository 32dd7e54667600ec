using SharedModels.Cuda.Devices;

namespace SharedModels.Cuda.Tests.Devices;

public sealed class NeighborBudgetTests
{
    private const long Step = NeighborBudget.Step;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly NeighborBudget _budget = new(100 * Step, TimeSpan.FromSeconds(30));

    [Fact]
    public void It_shrinks_immediately()
    {
        Assert.True(Update(60 * Step, seconds: 5));
        Assert.Equal(60 * Step, _budget.Bytes);
    }

    [Fact]
    public void It_is_never_less_than_the_bytes_in_use()
    {
        Assert.True(Update(10 * Step, seconds: 5, inUse: 40 * Step + 7));
        Assert.Equal(40 * Step + 7, _budget.Bytes);
        Assert.True(Update(10 * Step, seconds: 10));
        Assert.Equal(10 * Step, _budget.Bytes);
        Assert.True(Update(-5, seconds: 15));
        Assert.Equal(0, _budget.Bytes);
    }

    [Fact]
    public void It_grows_to_the_minimum_that_was_free_during_the_delay()
    {
        Update(10 * Step, seconds: 0);
        Assert.False(Update(80 * Step, seconds: 5));
        Assert.False(Update(50 * Step, seconds: 20));
        Assert.False(Update(90 * Step, seconds: 34.9));
        Assert.True(Update(90 * Step, seconds: 35));
        Assert.Equal(50 * Step, _budget.Bytes);
    }

    [Fact]
    public void A_neighbor_that_comes_back_restarts_the_delay()
    {
        Update(10 * Step, seconds: 0);
        Update(80 * Step, seconds: 5);
        Assert.False(Update(10 * Step, seconds: 30));
        Assert.False(Update(80 * Step, seconds: 36));
        Assert.Equal(10 * Step, _budget.Bytes);
    }

    [Fact]
    public void Small_changes_change_nothing()
    {
        Update(60 * Step, seconds: 0);
        Assert.False(Update(60 * Step + Step - 1, seconds: 5));
        Assert.False(Update(60 * Step + 1, seconds: 60));
        Assert.Equal(60 * Step, _budget.Bytes);
    }

    private bool Update(long available, double seconds, long inUse = 0) => _budget.Update(available, inUse, Start.AddSeconds(seconds));
}

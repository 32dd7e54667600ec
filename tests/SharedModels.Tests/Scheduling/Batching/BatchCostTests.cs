using SharedModels.Scheduling.Batching;

namespace SharedModels.Tests.Scheduling.Batching;

/// <summary>The line through the measured durations of batches.</summary>
public sealed class BatchCostTests
{
    [Fact]
    public void Nothing_is_expected_before_the_first_batch() =>
        Assert.Equal((0, 1), (new BatchCost().Expect(8), new BatchCost().LargestWithin(1_000, 32)));

    [Fact]
    public void With_one_size_the_duration_is_proportional_to_the_size()
    {
        var cost = new BatchCost();
        cost.Add(4, 80);
        Assert.Equal((20, 80, 160), (cost.Expect(1), cost.Expect(4), cost.Expect(8)));
        Assert.Equal((5, 1, 32), (cost.LargestWithin(100, 32), cost.LargestWithin(10, 32), cost.LargestWithin(10_000, 32)));
    }

    [Fact]
    public void With_several_sizes_both_parts_are_found()
    {
        var cost = new BatchCost();
        foreach (var size in (int[])[1, 4, 9, 2, 30])
            cost.Add(size, 100 + (10 * size));
        Assert.Equal(110, cost.Expect(1), 6);
        Assert.Equal(420, cost.Expect(32), 6);
        Assert.Equal(20, cost.LargestWithin(301, 32));
        Assert.Equal(19, cost.LargestWithin(299, 32));
    }

    [Fact]
    public void The_first_batch_which_is_cold_is_forgotten_with_the_second()
    {
        var cost = new BatchCost();
        cost.Add(1, 1_000_000);
        Assert.Equal(1_000_000, cost.Expect(1));
        cost.Add(2, 20);
        Assert.Equal(10, cost.Expect(1), 6);
    }

    [Fact]
    public void The_line_follows_a_change()
    {
        var cost = new BatchCost();
        for (var i = 0; i < 200; i++)
            cost.Add(1 + (i % 5), 1_000);
        for (var i = 0; i < 200; i++)
            cost.Add(1 + (i % 5), 10 + (1 + (i % 5)));
        Assert.Equal(13, cost.Expect(3), 0.5);
    }

    [Fact]
    public void Duration_that_does_not_depend_on_the_size_allows_any_size_or_one()
    {
        var cost = new BatchCost();
        foreach (var size in (int[])[1, 8, 2, 16])
            cost.Add(size, 100);
        Assert.Equal((32, 1), (cost.LargestWithin(101, 32), cost.LargestWithin(99, 32)));
    }

    [Fact]
    public void Durations_that_fall_with_the_size_give_no_negative_part()
    {
        var cost = new BatchCost();
        foreach (var size in (int[])[1, 2, 4, 8])
            cost.Add(size, 100 - (5 * size));
        Assert.True(cost.Expect(32) > 0 && cost.Expect(1) > 0);
        cost = new();
        foreach (var size in (int[])[1, 2, 4, 8])
            cost.Add(size, size * size);
        Assert.True(cost.Expect(1) >= 0, $"{cost.Expect(1)}");
    }
}

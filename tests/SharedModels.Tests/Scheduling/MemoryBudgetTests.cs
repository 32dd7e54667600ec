using SharedModels.Scheduling.Memory;

namespace SharedModels.Tests.Scheduling;

public sealed class MemoryBudgetTests
{
    private readonly MemoryBudget _budget = new(new Device("fake"), 100, [], []);
    private readonly MemoryReservation _reservation = new();

    [Fact]
    public void A_budget_is_exceeded_only_by_bytes_that_stay()
    {
        _budget.Resize(_reservation, 100);
        Assert.False(_budget.IsOverBudget);
        _budget.Resize(_reservation, 101);
        Assert.True(_budget.IsOverBudget);
        _budget.BeginLeaving(_reservation);
        Assert.False(_budget.IsOverBudget);
    }

    [Fact]
    public void A_reservation_grows_only_into_free_bytes()
    {
        Assert.True(_budget.TryReserve(_reservation, 60));
        Assert.True(_budget.TryReserve(_reservation, 90));
        var other = new MemoryReservation();
        Assert.False(_budget.TryReserve(other, 11));
        Assert.Equal((90, 0), (_budget.UsedBytes, other.Bytes));
        Assert.True(_budget.TryReserve(other, 10));
        Assert.Equal(0, _budget.FreeBytes);
    }

    [Fact]
    public void Leaving_bytes_are_counted_once_however_often_that_begins_or_ends()
    {
        _budget.Resize(_reservation, 40);
        _budget.EndLeaving(_reservation);
        Assert.Equal(0, _budget.LeavingBytes);
        _budget.BeginLeaving(_reservation);
        _budget.BeginLeaving(_reservation);
        Assert.Equal(40, _budget.LeavingBytes);
        _budget.EndLeaving(_reservation);
        _budget.EndLeaving(_reservation);
        Assert.Equal((0, 40), (_budget.LeavingBytes, _budget.UsedBytes));
    }

    [Fact]
    public void Abandoned_bytes_stay_in_use_until_they_are_reclaimed()
    {
        _budget.Resize(_reservation, 40);
        _budget.BeginLeaving(_reservation);
        var bytes = _budget.Abandon(_reservation);
        Assert.Equal((40, 40, 40, 0), (bytes, _budget.UsedBytes, _budget.AbandonedBytes, _budget.LeavingBytes));
        Assert.Equal((0, false), (_reservation.Bytes, _reservation.IsLeaving));
        _budget.Reclaim(bytes);
        Assert.Equal((0, 0), (_budget.UsedBytes, _budget.AbandonedBytes));
    }

    [Fact]
    public void An_automatic_budget_can_become_larger()
    {
        _budget.Configure(50, largestBytes: 80);
        Assert.Equal((true, 50, 80), (_budget.IsAuto, _budget.BudgetBytes, _budget.LargestBytes));
        _budget.Configure(50, largestBytes: null);
        Assert.Equal((false, 50, 50), (_budget.IsAuto, _budget.BudgetBytes, _budget.LargestBytes));
    }
}

using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class GrantRulesTests
{
    private readonly SchedulerParts _parts = new();

    [Theory]
    [InlineData(1, true)]
    [InlineData(67, true)]
    [InlineData(68, false)]
    public void A_request_for_a_model_in_use_changes_nothing_unless_it_raises_the_bypass_bound(int queueLength, bool expected)
    {
        var model = _parts.AddResident("a");
        _parts.Hold(model);
        var request = _parts.Wait(model, new());
        _parts.Accelerator.QueueLength = queueLength;
        Assert.Equal(expected, GrantRules.IsMereWait(request, _parts.State.Policy));
    }

    [Fact]
    public void A_request_changes_nothing_while_its_device_has_no_free_slot()
    {
        for (var i = 0; i < _parts.Accelerator.MaxConcurrentHolders; i++)
            _parts.Hold(_parts.AddResident($"m{i}"));
        Assert.True(GrantRules.IsMereWait(_parts.Wait(_parts.AddResident("a"), new()), _parts.State.Policy));
    }

    [Fact]
    public void A_request_for_a_free_model_and_a_free_slot_is_more_than_a_wait() =>
        Assert.False(GrantRules.IsMereWait(_parts.Wait(_parts.AddResident("a"), new()), _parts.State.Policy));
}

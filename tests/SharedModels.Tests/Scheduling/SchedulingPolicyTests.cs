using SharedModels.Scheduling;

namespace SharedModels.Tests.Scheduling;

public sealed class SchedulingPolicyTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(4, 80)]
    [InlineData(5, 100)]
    [InlineData(1_000_000, 100)]
    public void The_delay_doubles_with_each_failure_up_to_the_maximum(int failures, long expected) =>
        Assert.Equal(expected, new SchedulingPolicy { RetryDelay = 10, MaxRetryDelay = 100 }.BackOff(failures));

    [Fact]
    public void A_delay_that_doubled_very_often_does_not_overflow() =>
        Assert.Equal(1L << 40, new SchedulingPolicy { RetryDelay = 1, MaxRetryDelay = long.MaxValue }.BackOff(int.MaxValue));

    [Theory]
    [InlineData(null, 100, 50)]
    [InlineData(null, long.MaxValue, long.MaxValue)]
    [InlineData(7L, 100, 7)]
    [InlineData(7L, long.MaxValue, 7)]
    public void A_request_can_be_bypassed_for_half_of_its_timeout_unless_the_time_is_set(long? time, long timeout, long expected) =>
        Assert.Equal(expected, new SchedulingPolicy { MaxBypassTime = time }.BypassTime(timeout));

    [Theory]
    [InlineData(10, 5, 15)]
    [InlineData(10, long.MaxValue - 10, long.MaxValue)]
    [InlineData(10, long.MaxValue - 11, long.MaxValue - 1)]
    [InlineData(10, long.MaxValue, long.MaxValue)]
    public void A_time_that_would_overflow_is_never_reached(long now, long ticks, long expected) =>
        Assert.Equal(expected, Ticks.After(now, ticks));
}

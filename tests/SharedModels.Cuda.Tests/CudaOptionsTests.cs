namespace SharedModels.Cuda.Tests;

public sealed class CudaOptionsTests
{
    [Theory]
    [InlineData(-0.1, 0, 0, "PinnedMemoryShare is -0.1")]
    [InlineData(1.1, 0, 0, "PinnedMemoryShare is 1.1")]
    [InlineData(double.NaN, 0, 0, "PinnedMemoryShare is NaN")]
    [InlineData(0.5, -1, 0, "ReserveBytes is -1")]
    [InlineData(0.5, 0, -1, "MaxDriftBytes is -1")]
    public void An_invalid_value_is_rejected_with_its_name(
        double share, long reserve, long drift, string message) => Assert.StartsWith(
            message,
            new CudaOptionsValidator().Validate(
                null, new() { PinnedMemoryShare = share, ReserveBytes = reserve, MaxDriftBytes = drift }).FailureMessage,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(0, false)]
    [InlineData(-5, false)]
    [InlineData(5, true)]
    [InlineData(-0.001, true)]
    [InlineData(48 * 86_400, true)]
    [InlineData(50 * 86_400, false)]
    public void An_interval_is_positive_or_infinite(double seconds, bool isRight)
    {
        var result = new CudaOptionsValidator().Validate(
            null, new() { MonitorInterval = TimeSpan.FromSeconds(seconds), MaxReadingAge = TimeSpan.FromDays(49) });
        Assert.Equal(isRight, result.Succeeded);
        if (!isRight)
            Assert.StartsWith($"MonitorInterval is {TimeSpan.FromSeconds(seconds)}", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 6, true)]
    [InlineData(5, 5, false)]
    [InlineData(5, 0, false)]
    [InlineData(-0.001, 1, true)]
    [InlineData(-0.001, 0, false)]
    [InlineData(5, 50 * 86_400, false)]
    public void A_device_can_take_longer_to_answer_than_the_interval(double interval, double age, bool isRight)
    {
        var result = new CudaOptionsValidator().Validate(
            null, new() { MonitorInterval = TimeSpan.FromSeconds(interval), MaxReadingAge = TimeSpan.FromSeconds(age) });
        Assert.Equal(isRight, result.Succeeded);
        if (!isRight)
            Assert.StartsWith($"MaxReadingAge is {TimeSpan.FromSeconds(age)}", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(1)]
    public void A_share_from_0_to_1_is_valid(double share) =>
        Assert.True(new CudaOptionsValidator().Validate(null, new() { PinnedMemoryShare = share }).Succeeded);
}

using Microsoft.Extensions.Time.Testing;
using SharedModels.Clustering.Telemetry;
using SharedModels.Yarp.Gateways.Telemetry;

namespace SharedModels.Yarp.Tests.Telemetry;

public sealed class RouteHistoryTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Requests_are_counted_in_the_second_in_which_they_end()
    {
        var history = new RouteHistory(_time);
        history.Add(RouteOutcome.Warm, TimeSpan.FromMilliseconds(3));
        history.Add(RouteOutcome.Rejected, null);
        _time.Advance(TimeSpan.FromSeconds(2));
        history.Add(RouteOutcome.Lost, null);
        history.Add(RouteOutcome.Cold, TimeSpan.FromMilliseconds(-5));
        history.Add(RouteOutcome.Cold, TimeSpan.FromMilliseconds(-1));

        var (total, recent) = history.Describe();

        Assert.Equal(120, recent.Count);
        Assert.Equal([2, 0, 3], recent.TakeLast(3).Select(static second => second.Routes));
        Assert.Equal((5, 1, 1, 3), (total.Routes, total.Rejected, total.Lost, total.Measured));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(-6), TimeSpan.FromMilliseconds(-1)), (recent[^1].Regret, recent[^1].Largest));
        Assert.Equal(TimeSpan.FromMilliseconds(3), total.Largest);
    }

    [Theory]
    [InlineData(119, 1)]
    [InlineData(120, 0)]
    [InlineData(1_000_000, 0)]
    public void Seconds_are_forgotten_after_two_minutes_but_not_the_total(int seconds, int expected)
    {
        var history = new RouteHistory(_time);
        history.Add(RouteOutcome.Warm, null);
        _time.Advance(TimeSpan.FromSeconds(seconds));

        var (total, recent) = history.Describe();

        Assert.Equal((1, expected), (total.Routes, recent.Sum(static second => second.Routes)));
    }
}

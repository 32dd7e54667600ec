using Microsoft.Extensions.Time.Testing;
using SharedModels.Clustering;

namespace SharedModels.Yarp.Tests;

public sealed class NodeDrainTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _draining = new();
    private int _running = 1;
    private int _polls;

    public void Dispose() => _draining.Dispose();

    [Fact]
    public async Task Without_a_limit_of_the_host_a_drain_waits_for_its_requests()
    {
        var drain = DrainAsync(Timeout.InfiniteTimeSpan);
        await Condition.UntilAsync(() => drain.IsCompleted || Volatile.Read(ref _polls) > 20, Advance);
        Assert.False(drain.IsCompleted);

        Volatile.Write(ref _running, 0);

        await Condition.UntilAsync(() => drain.IsCompleted, Advance);
    }

    [Fact]
    public async Task A_drain_takes_at_most_four_fifths_of_the_time_of_the_host()
    {
        var start = _time.GetTimestamp();
        var drain = DrainAsync(TimeSpan.FromMinutes(1));

        await Condition.UntilAsync(() => drain.IsCompleted, Advance);

        Assert.True(_time.GetElapsedTime(start) >= TimeSpan.FromSeconds(48));
        Assert.Equal(1, _running);
    }

    private void Advance() => _time.Advance(TimeSpan.FromSeconds(1));

    private Task DrainAsync(TimeSpan shutdownTimeout) => NodeDrain.RunAsync(_draining, Running, _time, shutdownTimeout, default);

    private int Running()
    {
        Interlocked.Increment(ref _polls);
        return Volatile.Read(ref _running);
    }
}

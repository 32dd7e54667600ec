using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>The retry time of requests that are rejected because of other requests.</summary>
public sealed class RetryAfterTests
{
    [Fact]
    public async Task It_is_at_least_a_second()
    {
        await using var fixture = Create();
        await fixture.Manager.PreloadAsync("a");
        await using var held = await fixture.FetchAsync("a");
        Assert.Equal(TimeSpan.FromSeconds(1), (await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a"))).RetryAfter);
    }

    [Fact]
    public async Task It_is_the_hold_times_of_the_waiting_requests_and_one_more()
    {
        await using var fixture = Create(("Leasing:MaxQueueLength", "3"));
        await HoldAsync(fixture, seconds: 6);
        var held = await fixture.FetchAsync("a");
        var waiting = Enumerable.Range(0, 3).Select(_ => fixture.FetchAsync("a")).ToList();
        Assert.Equal(
            TimeSpan.FromSeconds(24), (await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a"))).RetryAfter);
        held.Dispose();
        foreach (var wait in waiting)
            (await wait).Dispose();
    }

    [Fact]
    public async Task It_is_shorter_if_several_holders_share_the_device()
    {
        await using var fixture = Create(
            ("Leasing:MaxQueueLength", "1"), ("Devices:fake:0:MaxConcurrentHolders", "2"), ("Models:a:MaxLeases", "2"));
        await HoldAsync(fixture, seconds: 6);
        var first = await fixture.FetchAsync("a");
        using var second = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        Assert.Equal(TimeSpan.FromSeconds(6), (await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a"))).RetryAfter);
        first.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task The_moves_for_the_waiting_requests_are_added()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 15, devices: 1, ("Leasing:MaxQueueLength", "1"));
        fixture.Add("a");
        fixture.Add("b");
        fixture.Accelerator[0].Move.Close();
        var preload = fixture.Manager.PreloadAsync("b").AsTask();
        await fixture.Accelerator[0].Move.Arrived;
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        fixture.Accelerator[0].Move.Open();
        await preload;
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("b");
        Assert.Equal(TimeSpan.FromSeconds(5), (await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a"))).RetryAfter);
        held.Dispose();
        (await waiting).Dispose();
    }

    private static async Task HoldAsync(ApplicationFixture fixture, int seconds)
    {
        await fixture.Manager.PreloadAsync("a");
        await using var lease = await fixture.FetchAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(seconds));
    }

    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture([("Leasing:MaxQueueLength", "0"), .. settings]);
        fixture.Add("a");
        return fixture;
    }
}

using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>The queue is full, or a wait takes too long.</summary>
public sealed class RejectedAndTimedOutTests
{
    [Fact]
    public async Task A_full_queue_throws_a_LeaseRejectedException_with_queue_length_holder_and_RetryAfter()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MaxQueueLength", "2"), ("Leasing:AcquireTimeout", "00:10:00"));
        fixture.Add("a");
        fixture.Add("b");
        await HoldForAsync(fixture, TimeSpan.FromSeconds(4));
        var held = await fixture.FetchAsync("a");
        var waiting = (First: fixture.FetchAsync("a"), Second: fixture.FetchAsync("a"));
        fixture.Time.Advance(TimeSpan.FromSeconds(3));
        var exception = await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("b"));
        Assert.Equal(
            "The request for model 'b' was rejected because 2 requests are waiting for device fake:0 and no more are allowed "
            + "(SharedModels:Leasing:MaxQueueLength); model 'a' has been in use for 3 s. "
            + "Try again later, raise the limit, or add a device.",
            exception.Message);
        Assert.Equal(
            ("b", FakeAccelerator.Device, 2, TimeSpan.FromSeconds(12)),
            (exception.ModelId, exception.Device, exception.QueueLength, exception.RetryAfter));
        held.Dispose();
        (await waiting.First).Dispose();
        (await waiting.Second).Dispose();
    }

    [Fact]
    public async Task A_timeout_throws_a_LeaseTimeoutException_with_queue_length_holder_and_RetryAfter()
    {
        await using var fixture = new ApplicationFixture(("Leasing:AcquireTimeout", "00:00:20"));
        fixture.Add("a");
        fixture.Add("b");
        await HoldForAsync(fixture, TimeSpan.FromSeconds(4));
        await using var held = await fixture.FetchAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        var waiting = fixture.FetchAsync("b");
        fixture.Time.AdvancePast(TimeSpan.FromSeconds(20));
        var exception = await Assert.ThrowsAsync<LeaseTimeoutException>(() => waiting);
        Assert.Equal(
            "Timed out after 20 s waiting for model 'b' (SharedModels:Leasing:AcquireTimeout, or the request's own timeout): "
            + "model 'a' has been in use for 25 s on device fake:0 and 1 request is waiting. Increase the timeout, or add a device.",
            exception.Message);
        Assert.Equal(
            ("b", FakeAccelerator.Device, 1, TimeSpan.FromSeconds(8)),
            (exception.ModelId, exception.Device, exception.QueueLength, exception.RetryAfter));
    }

    [Fact]
    public async Task A_group_is_rejected_if_the_queue_of_any_of_its_devices_is_full()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 10, devices: 2, ("Leasing:MaxQueueLength", "1"));
        fixture.Add("a");
        fixture.Add("b");
        await using var held = await fixture.FetchAsync("a");
        await fixture.UseAsync("b");
        var waiting = fixture.FetchAsync("a");
        await using var scope = fixture.Manager.CreateScope();
        var group = fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("b"), scope.CreateLease<FakeModel>("a")]).AsTask();
        var exception = await Assert.ThrowsAsync<LeaseRejectedException>(() => group);
        Assert.Equal((held.Device, 1), (exception.Device, exception.QueueLength));
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task The_place_in_the_queue_is_free_again()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MaxQueueLength", "1"), ("Leasing:AcquireTimeout", "00:00:20"));
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        var first = fixture.FetchAsync("a");
        await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a"));
        fixture.Time.Advance(TimeSpan.FromSeconds(21));
        await Assert.ThrowsAsync<LeaseTimeoutException>(() => first);
        var second = fixture.FetchAsync("a");
        held.Dispose();
        (await second).Dispose();
    }

    private static async Task HoldForAsync(ApplicationFixture fixture, TimeSpan time)
    {
        await using var lease = await fixture.FetchAsync("a");
        fixture.Time.Advance(time);
    }
}

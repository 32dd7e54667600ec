using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Batches;

/// <summary>Inputs that wait for others because their model has a delay.</summary>
public sealed class BatchDelayTests
{
    private static readonly TimeSpan Long = TestBound.Wait;
    private static readonly AcquireOptions Patient = new() { Timeout = Timeout.InfiniteTimeSpan };

    [Fact]
    public async Task A_delay_that_the_configuration_removes_ends()
    {
        await using var fixture = await CreateAsync();
        var run = fixture.RunAsync("a", Patient);
        Assert.Equal(1, fixture.Snapshot.QueuedRequests);
        var options = new SharedModelsOptions();
        options.Models["batched"] = new() { MaxBatchDelay = TimeSpan.Zero };
        fixture.Manager.Configure(options);
        Assert.Equal("A", await run.WaitAsync(Long));
    }

    [Fact]
    public async Task A_drain_does_not_wait_for_a_delay()
    {
        await using var fixture = await CreateAsync();
        var run = fixture.RunAsync("a", Patient);
        var drain = fixture.Manager.DrainAsync();
        Assert.Equal("A", await run.WaitAsync(Long));
        await drain.WaitAsync(Long);
    }

    [Fact]
    public async Task An_input_does_not_time_out_because_of_its_delay()
    {
        await using var fixture = await CreateAsync();
        var run = fixture.RunAsync("a", new() { Timeout = TimeSpan.FromSeconds(10) });
        fixture.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("A", await run.WaitAsync(Long));
    }

    [Fact]
    public async Task A_delay_does_not_keep_other_models_from_an_acquisition_without_waiting()
    {
        await using var fixture = await CreateAsync();
        (await fixture.OccupyDeviceAsync()).Dispose();
        var run = fixture.RunAsync("a", Patient);
        await using var scope = fixture.Manager.CreateScope();
        var other = scope.CreateLease<FakeModel>("other");
        Assert.True(other.TryAcquire());
        Assert.False(run.IsCompleted);
    }

    private static async Task<BatchFixture> CreateAsync()
    {
        var fixture = new BatchFixture(static options => options.MaxBatchDelay = TimeSpan.FromHours(1));
        await fixture.Manager.PreloadAsync("batched");
        return fixture;
    }
}

using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>A model stays on its device for a minimum time before another one can evict it.</summary>
public sealed class MinResidencyTests
{
    [Fact]
    public async Task Another_model_s_request_waits_until_the_minimum_time_is_over()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        var fetch = fixture.FetchAsync("b");
        fixture.Time.Advance(TimeSpan.FromSeconds(9));
        await fixture.UntilAsync(ModelResidency.OnHost, "b");
        Assert.Equal((false, ModelResidency.OnDevice), (fetch.IsCompleted, fixture["a"].Residency));
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        (await fetch).Dispose();
        Assert.Equal(ModelResidency.OnHost, fixture["a"].Residency);
    }

    [Fact]
    public async Task It_does_not_delay_a_requested_eviction_or_KeepAlive()
    {
        await using var fixture = Create(("Models:b:KeepAlive", "00:00:01"));
        await fixture.UseAsync("a");
        await fixture.Manager.EvictAsync("a");
        await fixture.UseAsync("b");
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await fixture.UntilAsync(ModelResidency.Registered, "b");
    }

    [Fact]
    public async Task It_does_not_apply_when_a_move_runs_out_of_memory()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MinResidency", "00:00:10"));
        fixture.Add("a");
        fixture.Add("b");
        await fixture.UseAsync("a");
        fixture.Accelerator[0].FailMoves(1);
        await fixture.UseAsync("b");
        Assert.Equal(ModelResidency.OnHost, fixture["a"].Residency);
    }

    [Fact]
    public async Task Two_models_that_take_turns_change_no_more_often_than_the_minimum_time()
    {
        await using var fixture = Create();
        using var end = new CancellationTokenSource();
        var users = new[] { "a", "b" }.Select(id => Task.Run(() => UseAsync(id))).ToList();
        await fixture.Time.AdvanceUntilAsync(
            Condition.UntilAsync(() => fixture["a"].Evictions + fixture["b"].Evictions >= 6), TimeSpan.FromSeconds(0.5));
        var passed = fixture.Time.GetElapsedTime(fixture.Time.Start.Ticks);
        await end.CancelAsync();
        await fixture.Time.AdvanceUntilAsync(Task.WhenAll(users), TimeSpan.FromSeconds(1));
        Assert.True(passed >= TimeSpan.FromSeconds(60), $"Six changes in {passed}.");

        async Task UseAsync(string id)
        {
            while (!end.IsCancellationRequested)
            {
                await (await fixture.FetchAsync(id, new AcquireOptions { Timeout = Timeout.InfiniteTimeSpan })).DisposeAsync();
                await Task.Yield();
            }
        }
    }

    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(memoryBytes: 15, devices: 1, [("Leasing:MinResidency", "00:00:10"), .. settings]);
        fixture.Add("a");
        fixture.Add("b");
        return fixture;
    }
}

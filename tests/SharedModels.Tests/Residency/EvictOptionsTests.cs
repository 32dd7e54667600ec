using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Evictions that wait for leases, or free host memory too.</summary>
public sealed class EvictOptionsTests
{
    [Fact]
    public async Task A_draining_eviction_waits_for_leases_and_waiting_requests()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        await Assert.ThrowsAsync<ModelInUseException>(async () => await fixture.Manager.EvictAsync("a"));
        var eviction = fixture.Manager.EvictAsync("a", new EvictOptions { Drain = true }).AsTask();
        held.Dispose();
        var second = await waiting;
        Assert.False(eviction.IsCompleted);
        second.Dispose();
        await eviction;
        Assert.Equal((ModelResidency.OnHost, 10L), (fixture["a"].Residency, fixture.Host.UsedBytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Host_memory_is_freed_too_on_request(bool isOnHostOnly)
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        await fixture.UseAsync("a");
        if (isOnHostOnly)
            await fixture.Manager.EvictAsync("a");
        await fixture.Manager.EvictAsync("a", new EvictOptions { FreeHostMemory = true });
        Assert.Equal((ModelResidency.Registered, 0L, 1), (fixture["a"].Residency, fixture.Host.UsedBytes, script.Disposals));
    }

    [Fact]
    public async Task A_draining_eviction_of_a_model_whose_load_fails_ends()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        script.Load.Close();
        var fetch = fixture.FetchAsync("a");
        await script.Load.Arrived;
        var eviction = fixture.Manager.EvictAsync("a", new EvictOptions { Drain = true }).AsTask();
        script.Load.FailWith(new IOException("No."));
        script.Load.Open();
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        await Record.ExceptionAsync(() => eviction);
        Assert.True(eviction.IsCompleted);
    }
}

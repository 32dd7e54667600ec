using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>A load that runs out of host memory.</summary>
public sealed class HostOutOfMemoryTests
{
#pragma warning disable CA2201, MA0012 // The exception of the runtime is what these tests simulate.
    private static readonly OutOfMemoryException OutOfMemory = new();

    [Fact]
    public async Task Idle_models_are_unloaded_and_the_load_is_retried_once()
    {
        await using var fixture = new ApplicationFixture(
            ("Models:a:Device", "Cpu"), ("Models:b:Device", "Cpu"), ("Models:c:Device", "Cpu"));
        var idle = (A: fixture.Add("a"), B: fixture.Add("b"));
        var loads = 0;
        fixture.Add<ISharedModel>("c", _ => new ScriptedModel
        {
            OnLoad = _ => Interlocked.Increment(ref loads) == 1 ? throw OutOfMemory : Task.CompletedTask,
        });
        await fixture.UseAsync("a", "b");
        (await fixture.Manager.FetchModelAsync("c", CancellationToken.None)).Dispose();
        Assert.Equal((2, 1, 1), (loads, idle.A.Disposals, idle.B.Disposals));
        Assert.Equal(
            (ModelResidency.Registered, ModelResidency.Registered, ModelResidency.OnDevice),
            (fixture["a"].Residency, fixture["b"].Residency, fixture["c"].Residency));
    }

    [Fact]
    public async Task The_second_failure_rejects_the_request_with_the_figures_of_the_host()
    {
        await using var fixture = new ApplicationFixture(("Models:c:Device", "Cpu"), ("Devices:cpu:MemoryBudget", "100"));
        fixture.Add<ISharedModel>("c", static _ => new ScriptedModel { Estimate = new(60), OnLoad = static _ => throw OutOfMemory });
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(
            async () => await fixture.Manager.FetchModelAsync("c", CancellationToken.None));
        Assert.Equal((Device.Cpu, 60, 100), (exception.Device, exception.RequiredBytes, exception.BudgetBytes));
        Assert.Equal((ModelResidency.Faulted, 0), (fixture["c"].Residency, fixture.Host.UsedBytes));
    }

    [Fact]
    public async Task A_permanent_fault_has_no_retry_time()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        script.Load.FailWith(new FileNotFoundException("Gone."));
        Assert.Null((await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"))).RetryAfter);
        Assert.Null((await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"))).RetryAfter);
        script.Load.FailWith(new TimeoutException("Slow."));
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), (await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"))).RetryAfter);
    }

    [Fact]
    public async Task The_retry_time_is_never_longer_than_the_timeout_of_a_request()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MaxQueueLength", "0"), ("Leasing:AcquireTimeout", "00:00:20"));
        fixture.Add("a");
        for (var i = 0; i < 3; i++)
        {
            await using var lease = await fixture.FetchWhenLoadedAsync("a");
            fixture.Time.Advance(TimeSpan.FromMinutes(10));
        }

        await using var held = await fixture.FetchAsync("a");
        var rejection = await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a"));
        Assert.Equal(TimeSpan.FromSeconds(20), rejection.RetryAfter);
    }
}
#pragma warning restore CA2201, MA0012

using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Awaited evictions and removals end, whatever happens to the model.</summary>
public sealed class EvictionEndTests
{
    private static readonly EvictOptions Drain = new() { Drain = true };

    [Fact]
    public async Task A_drain_ends_when_the_last_request_is_canceled_before_the_model_was_moved()
    {
        await using var fixture = new ManagerFixture(static options => options.Devices["fake:0"] = new() { MaxConcurrentHolders = 2 });
        fixture.Add("a", bytes: 80);
        fixture.Add("b", bytes: 80);
        using var a = await fixture.FetchElsewhereAsync("a");
        using var stop = new CancellationTokenSource();
        var b = fixture.FetchElsewhereAsync("b", stop.Token).AsTask();
        await Condition.UntilAsync(() => fixture["b"].Residency == ModelResidency.OnHost);
        var eviction = fixture.Manager.EvictAsync("b", Drain).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => b);
        await eviction.WaitAsync(TestBound.Wait);
    }

    [Fact]
    public async Task An_object_that_is_its_own_memory_is_not_drained()
    {
        await using var fixture = new ManagerFixture();
        fixture.Manager.Add(new object(), "own");
        using var lease = await fixture.Manager.FetchModelAsync<object>("own");
        var exception = await Assert.ThrowsAsync<ModelLeaseException>(async () => await fixture.Manager.EvictAsync("own", Drain));
        Assert.Contains("RemoveAsync", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_object_that_cannot_leave_its_device_is_given_up()
    {
        await using var fixture = new ManagerFixture();
        var attempts = 0;
        fixture.Manager.Add(
            new ScriptedModel
            {
                OnFootprint = static () => new(10, 10),
                OnMove = (device, _) => device.IsCpu && Interlocked.Increment(ref attempts) < 100
                    ? Task.FromException(new IOException("no way back"))
                    : Task.CompletedTask,
            },
            "stuck");
        (await fixture.Manager.FetchModelAsync<ScriptedModel>("stuck")).Dispose();
        await fixture.Manager.RemoveAsync("stuck").AsTask().WaitAsync(TestBound.Wait);
        Assert.Equal((1, 0L), (attempts, fixture.Accelerator.UsedBytes));
    }

    [Fact]
    public async Task A_drain_of_a_model_that_cannot_be_loaded_succeeds()
    {
        await using var fixture = new ManagerFixture();
        var script = new FakeModelScript();
        fixture.Manager.Add("a", _ => new FakeModel(10, script));
        script.Load.Close();
        script.Load.FailWith(new IOException("no file"));
        var fetch = fixture.FetchElsewhereAsync("a").AsTask();
        await script.Load.Arrived;
        var eviction = fixture.Manager.EvictAsync("a", Drain).AsTask();
        script.Load.Open();
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        await eviction.WaitAsync(TestBound.Wait);
    }

    [Fact]
    public async Task An_eviction_that_joins_another_frees_host_memory_on_request()
    {
        await using var fixture = new ManagerFixture();
        var script = new FakeModelScript();
        fixture.Manager.Add("a", _ => new FakeModel(10, script));
        (await fixture.Manager.FetchModelAsync<FakeModel>("a")).Dispose();
        script.Move.Close();
        var first = fixture.Manager.EvictAsync("a").AsTask();
        await script.Move.Arrived;
        var second = fixture.Manager.EvictAsync("a", new EvictOptions { FreeHostMemory = true }).AsTask();
        script.Move.Open();
        await Task.WhenAll(first, second).WaitAsync(TestBound.Wait);
        Assert.Equal(ModelResidency.Registered, fixture["a"].Residency);
    }
}

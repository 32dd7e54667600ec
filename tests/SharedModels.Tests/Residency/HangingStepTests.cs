using Microsoft.Extensions.Diagnostics.HealthChecks;
using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Evictions and disposals that hang block only their own bytes.</summary>
public sealed class HangingStepTests
{
    [Fact]
    public async Task While_an_abandoned_eviction_still_runs_its_bytes_count_as_used()
    {
        await using var fixture = new ApplicationFixture(("Leasing:LoadTimeout", "00:01:00"));
        var a = fixture.Add("a", bytes: 60);
        fixture.Add("b", bytes: 60);
        await fixture.UseAsync("a");
        a.IgnoresTokens = true;
        a.Move.Close();
        var evict = fixture.Manager.EvictAsync("a").AsTask();
        await a.Move.Arrived;
        await fixture.Time.AdvanceUntilAsync(evict, TimeSpan.FromSeconds(30));
        await Assert.ThrowsAnyAsync<ModelLeaseException>(() => evict);
        var (inTruth, counted, host, isHanging) =
            (fixture.Accelerator[0].UsedBytes, fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes, fixture["a"].IsHanging);

        // With a wrong count, b is moved in immediately and runs out of memory.
        var fetch = fixture.FetchAsync("b");
        await Condition.EndsAsync(fetch);
        var failure = fetch.IsFaulted ? fetch.Exception!.InnerException : null;
        if (fetch.IsCompletedSuccessfully)
            (await fetch).Dispose();
        a.Move.Open();
        Assert.True(
            counted >= inTruth,
            $"The device has {inTruth} bytes taken, the manager counts {counted} (host {host}); code hangs: {isHanging}. The next model "
            + $"gets {failure?.GetType().Name}: {failure?.Message}");
    }

    [Fact]
    public async Task A_disposal_whose_exception_hangs_blocks_only_its_bytes()
    {
        await using var fixture = new ApplicationFixture(("Leasing:LoadTimeout", "00:01:00"));
        using var blocked = new ManualResetEventSlim();
        fixture.Add<ISharedModel>("a", _ => new ScriptedModel
        {
            OnFootprint = static () => new(10), OnDispose = () => throw new HangingException(blocked),
        });
        (await fixture.Manager.FetchModelAsync("a", CancellationToken.None)).Dispose();
        var evict = fixture.Manager.EvictAsync("a", new EvictOptions { FreeHostMemory = true }).AsTask();
        await fixture.Time.AdvanceUntilAsync(evict, TimeSpan.FromSeconds(30));
        await evict;
        Assert.Equal((ModelResidency.Registered, true), (fixture["a"].Residency, fixture["a"].IsHanging));
        blocked.Set();
        await Condition.UntilAsync(() => !fixture["a"].IsHanging);
    }

    [Fact]
    public async Task A_model_whose_disposal_hangs_blocks_only_itself()
    {
        await using var fixture = new ApplicationFixture(
            ("Devices:cpu:MemoryBudget", "100"), ("Models:a:Device", "Cpu"), ("Models:b:Device", "Cpu"), ("Models:c:Device", "Cpu"));
        using var blocked = new ManualResetEventSlim();
        fixture.Add<ISharedModel>("a", _ => new ScriptedModel { OnFootprint = static () => new(60), OnDispose = blocked.Wait });
        fixture.Add("b", bytes: 40);
        fixture.Add("c", bytes: 40);
        await fixture.UseAsync("c");
        await fixture.Manager.EvictAsync("c");
        (await fixture.Manager.FetchModelAsync("a", CancellationToken.None)).Dispose();
        await fixture.UseAsync("b");

        // Both are idle. a is evicted, and its Dispose() hangs. There is room for c if b is evicted.
        var evict = fixture.Manager.EvictAsync("a").AsTask();
        var fetch = fixture.FetchAsync("c");

        // The manager waits for a disposal for at most a second.
        await fixture.UntilAsync(ModelResidency.Evicting, "a");
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        var served = await Condition.EndsAsync(fetch);
        var state = (fixture["a"].Residency, fixture["a"].IsHanging, (await fixture.CheckReadinessAsync()).Status, fixture["b"].Residency);
        var outcome = fetch.Exception?.InnerException?.Message;
        blocked.Set();
        await evict;
        if (fetch.IsCompletedSuccessfully)
            (await fetch).Dispose();
        Assert.True(
            served,
            $"a is {state.Item1}, hanging {state.Item2}, readiness {state.Item3}; b, idle, is {state.Item4} still; c got: {outcome}");
    }

    [Fact]
    public async Task Models_that_were_never_loaded_do_not_exceed_the_host_s_budget_together()
    {
        // Each reports its bytes from the start, as ISharedModel.Footprint suggests: "before, an estimate or zeros".
        await using var fixture = new ApplicationFixture(
            memoryBytes: 1000, devices: 1, ("Devices:cpu:MemoryBudget", "100"), ("Leasing:AcquireTimeout", "-00:00:00.001"));
        var memory = 0;
        var peak = 0;
        var everybodyLoads = new TaskCompletionSource();
        for (var i = 0; i < 8; i++)
        {
            fixture.Add<ISharedModel>($"m{i}", _ => new ScriptedModel
            {
                OnFootprint = static () => new(60, 60),
                OnLoad = async _ =>
                {
                    lock (everybodyLoads)
                    {
                        memory += 60;
                        peak = Math.Max(peak, memory);
                        if (memory == 8 * 60)
                            everybodyLoads.TrySetResult();
                    }

                    await Task.WhenAny(everybodyLoads.Task, Task.Delay(500, CancellationToken.None));
                },
                OnDispose = () =>
                {
                    lock (everybodyLoads)
                        memory -= 60;
                },
            });
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            await using var lease = await fixture.Manager.FetchModelAsync($"m{i}", CancellationToken.None);
        }));
        Assert.True(peak <= 100, $"The models had {peak} bytes in host memory at the same time. The budget is 100.");
    }

    private sealed class HangingException(ManualResetEventSlim blocked) : Exception
    {
        public override string Message
        {
            get
            {
                blocked.Wait(TestBound.Wait);
                return "hanging";
            }
        }
    }
}

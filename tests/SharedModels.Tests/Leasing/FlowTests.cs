using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Code that fetches a model while it has others: each fetch is a separate holder, and the holders wait for one another.</summary>
public sealed class FlowTests
{
    [Fact]
    public async Task Two_flows_that_fetch_crosswise_are_a_deadlock_that_is_found_immediately()
    {
        await using var fixture = await CreateAsync(slots: 4, "a", "b");
        var (one, two) = (new TaskCompletionSource(), new TaskCompletionSource());
        Task[] flows = [Task.Run(() => CrossAsync("a", "b", one, two.Task)), Task.Run(() => CrossAsync("b", "a", two, one.Task))];
        await Assert.ThrowsAsync<LeaseDeadlockException>(() => Task.WhenAll(flows).WaitAsync(TestBound.Wait));
        Assert.Equal(1, flows.Count(static flow => flow.IsFaulted));

        async Task CrossAsync(string first, string second, TaskCompletionSource mine, Task other)
        {
            await using var outer = await fixture.FetchAsync(first);
            mine.SetResult();
            await other;
            await using var inner = await fixture.FetchAsync(second);
        }
    }

    [Fact]
    public async Task A_flow_goes_before_requests_that_wait_for_its_leases()
    {
        await using var fixture = await CreateAsync(slots: 3, "a", "b");
        fixture.Add("large", bytes: 95);
        await using var a = await fixture.FetchAsync("a");
        using var stop = new CancellationTokenSource();
        var waiting = ElsewhereAsync(() => fixture.FetchAsync("large", stop.Token).AsTask());
        await Condition.UntilAsync(() => fixture["large"] is { QueuedRequests: 1, Residency: ModelResidency.OnHost });

        // Half of its timeout: it must not be bypassed any more.
        fixture.Time.Advance(TimeSpan.FromSeconds(16));
        await using var b = await fixture.FetchAsync("b").AsTask().WaitAsync(TestBound.Wait);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_lease_does_not_inherit_the_wait_of_the_flow_that_used_its_record()
    {
        await using var fixture = await CreateAsync(slots: 5, "a", "b", "c");
        var (hasB, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var waitsForA = Task.Run(async () =>
        {
            await using var b = await fixture.FetchAsync("b");
            hasB.SetResult();
            await goOn.Task;
            await using var a = await fixture.FetchAsync("a");
        });
        await hasB.Task;

        // It releases a while it still waits for b.
        var waitsForB = await Task.Run(async () =>
        {
            var a = await fixture.FetchAsync("a");
            Task<IModelLease<FakeModel>>[] second = [fixture.FetchAsync("b").AsTask()];
            a.Dispose();
            return second;
        });
        var innocent = await ElsewhereAsync(() => fixture.FetchAsync("a").AsTask());
        goOn.SetResult();
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1 || waitsForA.IsCompleted);
        innocent.Dispose();
        await waitsForA.WaitAsync(TestBound.Wait);
        (await waitsForB[0].WaitAsync(TestBound.Wait)).Dispose();
    }

    [Fact]
    public async Task Fetches_of_one_flow_that_wait_in_parallel_count_as_held_once_they_are_granted()
    {
        await using var fixture = await CreateAsync(slots: 5, "a", "b");
        var hasA = await ElsewhereAsync(() => fixture.FetchAsync("a").AsTask());
        var (hasB, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var two = Task.Run(async () =>
        {
            await using var b = await fixture.FetchAsync("b");
            hasB.SetResult();
            await goOn.Task;
            await using var a = await fixture.FetchAsync("a");
        });
        await hasB.Task;
        var one = Task.Run(async () =>
        {
            var (first, second) = (fixture.FetchAsync("a").AsTask(), fixture.FetchAsync("b").AsTask());
            await using var a = await first;
            await using var b = await second;
        });
        await Condition.UntilAsync(() => fixture.Accelerator.QueueLength == 2);
        hasA.Dispose();
        goOn.SetResult();
        await Assert.ThrowsAsync<LeaseDeadlockException>(() => Task.WhenAll(one, two).WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task In_a_drain_code_that_has_a_lease_can_fetch_another_model()
    {
        await using var fixture = await CreateAsync(slots: 2, "a", "b");
        var a = await fixture.FetchAsync("a");
        var drain = fixture.Manager.DrainAsync();
        (await fixture.FetchAsync("b")).Dispose();
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => ElsewhereAsync(() => fixture.FetchAsync("b").AsTask()));
        a.Dispose();
        await drain.WaitAsync(TestBound.Wait);
    }

    private static async Task<ManagerFixture> CreateAsync(int slots, params string[] ids)
    {
        var fixture = new ManagerFixture(options => options.Devices["fake:0"] = new() { MaxConcurrentHolders = slots });
        foreach (var id in ids)
        {
            fixture.Add(id);
            await fixture.Manager.PreloadAsync(id);
        }

        return fixture;
    }

    /// <summary>Runs code that is not part of the test's flow.</summary>
    private static Task<T> ElsewhereAsync<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(work);
    }
}

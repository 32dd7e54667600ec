using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>The cost of a wait that ends when another flow releases the model.</summary>
internal static class HandOverBenchmark
{
    private const int Count = 21, Calls = 20_000;

    public static void Run(Report report)
    {
        using var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(1), "model");
        manager.PreloadAsync("model").AsTask().Wait();
        using var stop = new CancellationTokenSource();
        using var semaphore = new SemaphoreSlim(1);
        var timeout = TimeSpan.FromSeconds(30);
        ILock[] locks = [
            new LeaseLock(manager, default),
            new LeaseLock(manager, stop.Token),
            new SemaphoreLock(semaphore, semaphore.WaitAsync),
            new SemaphoreLock(semaphore, () => semaphore.WaitAsync(timeout)),
            new SemaphoreLock(semaphore, () => semaphore.WaitAsync(timeout, stop.Token)),
        ];
        Compare(report, "one flow that requests, releases and then awaits (every call waits, no code does)", Calls, locks, static gate =>
            gate.HandOverAsync(Calls).Wait());
        Compare(report, "two flows that pass it back and forth (each always waits for the other)", 2 * Calls, locks, static gate =>
            InTwoTasks(() => gate.HandOverAsync(Calls)));
        Compare(
            report,
            "two threads that take it as often as possible (few calls wait, and a semaphore goes to the running thread)",
            2 * Calls,
            locks,
            static gate => InTwoTasks(() => gate.ContendAsync(Calls)));
    }

    private static void Compare(Report report, string what, int calls, ILock[] locks, Action<ILock> run)
    {
        var rounds = Rounds.Interleave(Count, calls, [.. locks.Select(gate => (Action)(() => run(gate)))]);
        LeasingReport.Row(
            report,
            $"{what}: lease",
            rounds[0],
            $"{LeasingReport.Times(rounds[0], rounds[2], "WaitAsync()")}, "
            + $"{LeasingReport.Times(rounds[0], rounds[3], "WaitAsync(timeout)")}");
        LeasingReport.Row(report, "lease, with a token", rounds[1], LeasingReport.Times(rounds[1], rounds[4], "WaitAsync(timeout, token)"));
        LeasingReport.Row(report, "SemaphoreSlim.WaitAsync()", rounds[2]);
        LeasingReport.Row(report, "SemaphoreSlim.WaitAsync(timeout)", rounds[3]);
        LeasingReport.Row(report, "SemaphoreSlim.WaitAsync(timeout, token)", rounds[4]);
    }

    private static void InTwoTasks(Func<Task> work) => Task.WaitAll(Task.Run(work), Task.Run(work));

    private interface ILock
    {
        /// <summary>
        /// Requests the next turn before it ends its own. A call always waits, for the release of its own flow or of another.
        /// </summary>
        Task HandOverAsync(int calls);

        Task ContendAsync(int calls);
    }

    /// <summary>
    /// Starts every fetch from the same context, like that of another request, because a flow that has fetched is known to have done so.
    /// </summary>
    private sealed class LeaseLock(SharedModelManager manager, CancellationToken token) : ILock
    {
        public async Task HandOverAsync(int calls)
        {
            var context = ExecutionContext.Capture()!;
            var held = await manager.FetchModelAsync<FakeModel>("model", token);
            for (var i = 0; i < calls; i++)
            {
                ExecutionContext.Restore(context);
                var next = manager.FetchModelAsync<FakeModel>("model", token);
                ThrowIf(next.IsCompleted);
                held.Dispose();
                held = await next;
            }

            held.Dispose();
        }

        public async Task ContendAsync(int calls)
        {
            var context = ExecutionContext.Capture()!;
            for (var i = 0; i < calls; i++)
            {
                ExecutionContext.Restore(context);
                (await manager.FetchModelAsync<FakeModel>("model", token)).Dispose();
            }
        }
    }

    private sealed class SemaphoreLock(SemaphoreSlim semaphore, Func<Task> wait) : ILock
    {
        public async Task HandOverAsync(int calls)
        {
            await wait();
            for (var i = 0; i < calls; i++)
            {
                var next = wait();
                ThrowIf(next.IsCompleted);
                semaphore.Release();
                await next;
            }

            semaphore.Release();
        }

        public async Task ContendAsync(int calls)
        {
            for (var i = 0; i < calls; i++)
            {
                await wait();
                semaphore.Release();
            }
        }
    }

    private static void ThrowIf(bool hasNotWaited)
    {
        if (hasNotWaited)
            throw new InvalidOperationException("A call that should have waited did not.");
    }
}

using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>Two that want one thing: handed to and fro between two threads, contended for, and handed over on one thread.</summary>
internal static class HandOverBenchmark
{
    private const int Rounds = 21, Calls = 20_000;

    public static void Run(Report report)
    {
        using var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(1), "model");
        manager.PreloadAsync("model").AsTask().Wait();
        using var semaphore = new SemaphoreSlim(1);
        var permit = new Permit(semaphore);
        Func<ValueTask<IDisposable>> lease = async () => await manager.FetchModelAsync<FakeModel>("model");
        Func<ValueTask<IDisposable>> wait = async () =>
        {
            await semaphore.WaitAsync();
            return permit;
        };
        Compare(report, "two threads handing one model to and fro", 2 * Calls, () => HandToAndFro(lease), () => HandToAndFro(wait));
        Compare(report, "two threads taking one model as often as they can", 2 * Calls, () => Contend(lease), () => Contend(wait));
        Compare(report, "handing over to one who waits, without another thread", Calls, () => HandOverAsync(lease).Wait(), () => HandOverAsync(wait).Wait());
    }

    private static void Compare(Report report, string what, int calls, Action lease, Action wait)
    {
        var seconds = Measure.Interleaved(Rounds, lease, wait);
        report.Row(what, $"{calls / seconds[0] / 1e6:0.00} M/s", $"{seconds[1] / seconds[0]:0.00} x the throughput of SemaphoreSlim");
    }

    /// <summary>Whoever has it keeps it until the other one waits for it.</summary>
    private static void HandToAndFro(Func<ValueTask<IDisposable>> acquire)
    {
        var wanted = 0;
        var left = 2;
        InTwoTasks(async () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                Interlocked.Increment(ref wanted);
                var acquired = await acquire();
                Interlocked.Decrement(ref wanted);
                while (Volatile.Read(ref wanted) == 0 && Volatile.Read(ref left) == 2)
                    Thread.SpinWait(1);
                acquired.Dispose();
            }

            Interlocked.Decrement(ref left);
        });
    }

    private static void Contend(Func<ValueTask<IDisposable>> acquire) => InTwoTasks(async () =>
    {
        for (var i = 0; i < Calls; i++)
            (await acquire()).Dispose();
    });

    private static async Task HandOverAsync(Func<ValueTask<IDisposable>> acquire)
    {
        var held = await acquire();
        for (var i = 0; i < Calls; i++)
        {
            var next = acquire();
            held.Dispose();
            held = await next;
        }

        held.Dispose();
    }

    private static void InTwoTasks(Func<Task> work) => Task.WaitAll(Task.Run(work), Task.Run(work));

    private sealed class Permit(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}

using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>Two tasks that take one thing in turn.</summary>
internal static class HandOverBenchmark
{
    private const int Rounds = 11, Calls = 50_000;

    public static void Run(Report report)
    {
        var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(1), "model");
        manager.PreloadAsync("model").AsTask().Wait();
        using var semaphore = new SemaphoreSlim(1);
        var seconds = Measure.Interleaved(
            Rounds,
            () => Contend(async () => (await manager.FetchModelAsync<FakeModel>("model")).Dispose()),
            () => Contend(async () =>
            {
                await semaphore.WaitAsync();
                semaphore.Release();
            }));
        var handOver = Measure.Interleaved(Rounds, () => HandOverLeasesAsync(manager).Wait(), () => HandOverSemaphoreAsync(semaphore).Wait());
        report.Row("hand-over to a holder that waits", $"{Calls / handOver[0] / 1e6:0.00} M hand-overs/s", $"{handOver[1] / handOver[0]:0.00} x the throughput of SemaphoreSlim");
        report.Row("two tasks contending for one model", $"{2 * Calls / seconds[0] / 1e6:0.00} M hand-overs/s", $"{seconds[1] / seconds[0]:0.00} x the throughput of SemaphoreSlim");
        manager.Dispose();
    }

    /// <summary>Each holder releases once the next one waits, so that every lease is handed over.</summary>
    private static async Task HandOverLeasesAsync(SharedModelManager manager)
    {
        var held = await manager.FetchModelAsync<FakeModel>("model");
        for (var i = 0; i < Calls; i++)
        {
            var next = manager.FetchModelAsync<FakeModel>("model");
            held.Dispose();
            held = await next;
        }

        held.Dispose();
    }

    private static async Task HandOverSemaphoreAsync(SemaphoreSlim semaphore)
    {
        await semaphore.WaitAsync();
        for (var i = 0; i < Calls; i++)
        {
            var next = semaphore.WaitAsync();
            semaphore.Release();
            await next;
        }

        semaphore.Release();
    }

    private static void Contend(Func<Task> call) =>
        Task.WaitAll([.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Calls; i++)
                await call();
        }))]);
}

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
        report.Row("two tasks contending for one model", $"{2 * Calls / seconds[0] / 1e6:0.00} M hand-overs/s", $"{seconds[1] / seconds[0]:0.00} x the throughput of SemaphoreSlim");
        manager.Dispose();
    }

    private static void Contend(Func<Task> call) =>
        Task.WaitAll([.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Calls; i++)
                await call();
        }))]);
}

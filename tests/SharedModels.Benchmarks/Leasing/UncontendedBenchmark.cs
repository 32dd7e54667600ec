using System.Threading.RateLimiting;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>One thread that acquires and releases a model that nobody else uses.</summary>
internal static class UncontendedBenchmark
{
    private const int Count = 21, Calls = 200_000;

    public static void Run(Report report)
    {
        using var alone = Create(models: 1);
        using var shared = Create(models: 2);
        using var semaphore = new SemaphoreSlim(1);
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 1 });
        var rounds = Rounds.Interleave(
            Count,
            Calls,
            () => Repeat(async () => (await alone.FetchModelAsync<FakeModel>("model0")).Dispose()),
            () => Repeat(async () => (await shared.FetchModelAsync<FakeModel>("model0")).Dispose()),
            () => Repeat(async () =>
            {
                await semaphore.WaitAsync();
                semaphore.Release();
            }),
            () => Repeat(async () => (await limiter.AcquireAsync()).Dispose()));
        for (var i = 0; i < 2; i++)
        {
            var what = i == 0
                ? "fetch and release a resident model, the only one on its device"
                : "the same, one of two models on the device";
            LeasingReport.Row(
                report,
                what,
                rounds[i],
                $"{LeasingReport.Times(rounds[i], rounds[2], "SemaphoreSlim")}, "
                + $"{LeasingReport.Times(rounds[i], rounds[3], "ConcurrencyLimiter")}");
        }

        LeasingReport.Row(report, "SemaphoreSlim.WaitAsync() and Release", rounds[2]);
        LeasingReport.Row(report, "ConcurrencyLimiter.AcquireAsync() and Dispose", rounds[3]);
    }

    private static SharedModelManager Create(int models)
    {
        var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        for (var i = 0; i < models; i++)
        {
            manager.Add(new FakeModel(1), $"model{i}");
            manager.PreloadAsync($"model{i}").AsTask().Wait();
        }

        return manager;
    }

    private static void Repeat(Func<Task> call)
    {
        for (var i = 0; i < Calls; i++)
            call().Wait();
    }
}

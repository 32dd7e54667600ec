using System.Threading.RateLimiting;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>One thread that takes and gives back what nobody else wants.</summary>
internal static class UncontendedBenchmark
{
    private const int Rounds = 15, Calls = 200_000;

    public static void Run(Report report)
    {
        var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(1), "model");
        manager.PreloadAsync("model").AsTask().Wait();
        using var semaphore = new SemaphoreSlim(1);
        using var limiter = new ConcurrencyLimiter(new() { PermitLimit = 1, QueueLimit = 1 });
        Action lease = () => Repeat(async () => (await manager.FetchModelAsync<FakeModel>("model")).Dispose());
        Action wait = () => Repeat(async () =>
        {
            await semaphore.WaitAsync();
            semaphore.Release();
        });
        Action acquire = () => Repeat(async () => (await limiter.AcquireAsync()).Dispose());
        var seconds = Measure.Interleaved(Rounds, lease, wait, acquire);
        report.Row("fetch and release a resident model", $"{seconds[0] / Calls * 1e9:0} ns", $"{seconds[0] / seconds[1]:0.0} x SemaphoreSlim.WaitAsync and Release, {seconds[0] / seconds[2]:0.0} x ConcurrencyLimiter");
        report.Row("the same: bytes allocated", $"{Allocated(lease):0} B", $"SemaphoreSlim {Allocated(wait):0} B, ConcurrencyLimiter {Allocated(acquire):0} B");
        manager.Dispose();
    }

    private static void Repeat(Func<Task> call)
    {
        for (var i = 0; i < Calls; i++)
            call().Wait();
    }

    private static double Allocated(Action measured)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        measured();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls;
    }
}

using SharedModels.Cuda.Driver;

namespace SharedModels.GpuProbe;

/// <summary>Checks that calls leave the current context of their thread unchanged.</summary>
internal static unsafe class ContextSuite
{
    private const int Threads = 8;
    private const int Calls = 100;

    public static void Run(Target target)
    {
        using var table = new Table("contexts", "the code relies on", "so", "seen");
        foreach (var isCurrent in new[] { false, true })
        {
            var changed = 0;
            Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
            {
                CudaApi.Check(CudaApi.SetCurrentContext(isCurrent ? target.Context : 0), "cuCtxSetCurrent");
                for (var i = 0; i < Calls; i++)
                {
                    target.Pool.Free(target.Pool.Allocate(0, 1 << 20));
                    Fail(target.Driver);
                    nint now;
                    CudaApi.Check(CudaApi.GetCurrentContext(&now), "cuCtxGetCurrent");
                    if (now != (isCurrent ? target.Context : 0))
                        Interlocked.Increment(ref changed);
                }
            });
            table.Expect(
                $"a thread {(isCurrent ? "with" : "without")} a context keeps it, after failures too",
                changed == 0,
                $"{changed} of {Threads * Calls} changed");
        }

        CudaApi.Check(CudaApi.SetCurrentContext(target.Context), "cuCtxSetCurrent");
    }

    private static void Fail(CudaDriver driver)
    {
        try
        {
            driver.Allocate(0, 1L << 50);
        }
        catch (CudaException)
        {
            // The failure is intended.
        }
    }
}

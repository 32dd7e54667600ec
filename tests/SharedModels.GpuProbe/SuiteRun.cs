using SharedModels.Cuda.Driver;

namespace SharedModels.GpuProbe;

/// <summary>Runs suites on the first device, for the probe and the benchmarks.</summary>
/// <param name="program">The name of the program in messages.</param>
/// <param name="error">Receives the messages.</param>
internal sealed class SuiteRun(string program, TextWriter error)
{
    /// <summary>Returns the named suites, or all. Returns <see langword="null"/>, and reports it, if a suite does not exist.</summary>
    public IReadOnlyCollection<string>? Choose(IReadOnlyCollection<string> named, IReadOnlyCollection<string> all)
    {
        if (named.FirstOrDefault(name => !all.Contains(name)) is not { } unknown)
            return named.Count == 0 ? all : named;
        error.WriteLine($"{program}: There is no suite '{unknown}'. The suites are: {string.Join(", ", all)}.");
        return null;
    }

    /// <summary>
    /// Runs suites one after the other, each with the device's context current on this thread, because <see cref="CudaApi"/> needs one and
    /// <see cref="CudaDriver"/> leaves none. If a suite fails, the others still run.
    /// </summary>
    /// <param name="driver">The driver.</param>
    /// <param name="names">The suites.</param>
    /// <param name="run">Runs one suite.</param>
    /// <param name="write">Writes a line about a suite that failed.</param>
    /// <returns>The exit code: 0 if all suites completed, otherwise 1.</returns>
    public static int Run(CudaDriver driver, IEnumerable<string> names, Action<string> run, Action<string> write)
    {
        var failures = 0;
        foreach (var name in names)
        {
            try
            {
                MakeCurrent(driver);
                run(name);
            }
#pragma warning disable CA1031 // The other suites still give results.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failures++;
                write($"**{name} ended early: {exception.GetType().Name}: {exception.Message}**");
            }
        }

        return failures == 0 ? 0 : 1;
    }

    /// <summary>Makes the first device's primary context current on this thread, and returns it.</summary>
    public static unsafe nint MakeCurrent(CudaDriver driver)
    {
        driver.RetainContext(0);
        nint context;
        CudaApi.Check(CudaApi.RetainContext(&context, 0), "cuDevicePrimaryCtxRetain");
        CudaApi.Check(CudaApi.SetCurrentContext(context), "cuCtxSetCurrent");
        return context;
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;
using SharedModels.Devices;

namespace SharedModels.GpuProbe;

/// <summary>The codes of errors. Each error occurs in a separate process, because most of them make the context unusable.</summary>
internal static unsafe class ErrorSuite
{
    public static void Run(Target target)
    {
        using var table = new Table("errors", "error", "so", "seen");

        // The first reading registers for Xids. Earlier ones are not recorded.
        var nvml = Nvml.TryOpen();
        _ = nvml?.Read(target.Uuid);
        foreach (var kind in new[] { "memory", "address", "trap", "free" })
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["fault", kind])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            using var process = Process.Start(start)!;
            var seen = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            table.Expect(kind, process.ExitCode == 0, seen);
        }

        table.Expect(
            "the faults of other processes do not affect this one",
            target.Driver.GetMemory(0).TotalBytes > 0,
            $"Xids seen meanwhile: {string.Join(", ", nvml?.Read(target.Uuid)?.CriticalXids ?? [])}");
    }

    /// <summary>Causes an error in this process. Returns 0 if the library classifies it correctly.</summary>
    public static int Fail(string kind)
    {
        if (CudaDriver.Open().Driver is not { } driver)
            return 3;
        using var target = new Target(driver);
        var expected = kind == "memory" ? DeviceFailure.OutOfMemory : DeviceFailure.Lost;
        try
        {
            Make(kind, target);
            driver.Synchronize(0);
            Console.WriteLine("no error");
            return 1;
        }
        catch (CudaException exception)
        {
            var (later, freeing) = (CodeOf(() => driver.GetMemory(0)), CodeOf(() => driver.Free(0, 1)));
            Console.WriteLine($"{exception.Name} ({exception.Code}); a later call: {later}, freeing: {freeing}");
            return CudaErrors.Classify(exception) == expected ? 0 : 1;
        }
    }

    private static void Make(string kind, Target target)
    {
        switch (kind)
        {
            case "memory":
                target.Driver.Allocate(0, 1L << 50);
                break;
            case "address":
                new Kernels().FillLater(0x10, 1, 0);
                break;
            case "trap":
                new Kernels().Stop();
                break;
            default:
                // A use after a free, which must fail with mapped memory.
                var block = target.Pool.Allocate(0, 1 << 20);
                target.Pool.Free(block);
                new Kernels().FillLater(block.Address, 1, 0);
                break;
        }
    }

    private static int CodeOf(Action call)
    {
        try
        {
            call();
            return 0;
        }
        catch (CudaException exception)
        {
            return exception.Code;
        }
    }
}

using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;

namespace SharedModels.GpuProbe;

/// <summary>The device under test, with the library's parts.</summary>
internal sealed class Target : IDisposable
{
    /// <summary>Rounds that are not counted: clocks rise, and the driver loads code.</summary>
    public const int WarmUps = 3;

    public const int Rounds = 10;

    public Target(CudaDriver driver)
    {
        Driver = driver;
        Context = SuiteRun.MakeCurrent(driver);
        Uuid = driver.GetUuid(0);
        Transfers = new(driver);
        Pool = new(driver, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);
    }

    public CudaDriver Driver { get; }

    public nint Context { get; }

    public string Uuid { get; }

    public DeviceTransfers Transfers { get; }

    public DeviceMemoryPool Pool { get; }

    /// <summary>
    /// Returns the milliseconds of some work, round by round. The sides take turns, so that a change of clock rates affects all of them.
    /// </summary>
    public static List<double>[] Interleave(params Action[] sides)
    {
        var times = Array.ConvertAll(sides, static _ => new List<double>());
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var (index, side) in sides.Index())
            {
                var milliseconds = Time(side);
                if (round >= 0)
                    times[index].Add(milliseconds);
            }
        }

        return times;
    }

    public static double Time(Action action)
    {
        CudaApi.Check(CudaApi.Synchronize(), "cuCtxSynchronize");
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void CopyOut(DeviceCopy copy)
    {
        var hasBegun = false;
        Transfers.CopyOut(0, copy, ref hasBegun);
    }

    public void Dispose()
    {
        Transfers.Dispose();
        Pool.Dispose();
    }
}

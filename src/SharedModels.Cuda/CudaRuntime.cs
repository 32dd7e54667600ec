using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;

namespace SharedModels.Cuda;

/// <summary>The driver, the memory and the transfer streams that all engines of an application share.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class CudaRuntime : IDisposable
{
    private static readonly ConcurrentDictionary<CudaRuntime, bool> OfProcess = [];

    public CudaRuntime(
        CudaDriver? driver, CudaOptions options, PinnedMemoryQuota quota, TimeProvider time, ILogger logger, string? driverProblem = null)
    {
        Driver = driver;
        DriverProblem = driverProblem;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        Pinner = new(driver, quota, (long)(memory * options.PinnedMemoryShare), logger);
        Time = time;
        Transfers = driver is null ? null : new(driver);
        DeviceMemory = driver is null ? null : new(driver, options.MemoryRetention, time, logger);
        OfProcess.TryAdd(this, true);
    }

    public CudaDriver? Driver { get; }

    /// <summary>The reason why the driver cannot be used, including the remedy, or <see langword="null"/>.</summary>
    public string? DriverProblem { get; }

    public HostMemoryPinner Pinner { get; }

    public DeviceTransfers? Transfers { get; }

    public DeviceMemoryPool? DeviceMemory { get; }

    public TimeProvider Time { get; }

    /// <summary>
    /// Returns to the driver what the engines of the process keep for reuse on a device, for an engine that allocates by itself.
    /// </summary>
    public static void ReleaseMemory(int device)
    {
        foreach (var (runtime, _) in OfProcess)
            runtime.DeviceMemory?.ReleaseAll(device);
    }

    public void Dispose()
    {
        OfProcess.TryRemove(this, out _);
        Transfers?.Dispose();
        DeviceMemory?.Dispose();
    }
}

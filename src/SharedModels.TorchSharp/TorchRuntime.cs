using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.TorchSharp.Arena;
using SharedModels.TorchSharp.Cuda;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp;

/// <summary>What all modules of a process share: the driver, the pinned memory and the streams of transfers.</summary>
internal sealed class TorchRuntime : IDisposable
{
    private static readonly Lazy<TorchRuntime> LazyDefault = new(
        static () => new(CudaDriver.Shared, new(), PinnedMemoryQuota.OfProcess, NullLoggerFactory.Instance));

    public TorchRuntime(ICudaDriver? driver, TorchSharpOptions options, PinnedMemoryQuota quota, ILoggerFactory logs)
    {
        Logger = logs.CreateLogger("SharedModels.TorchSharp");
        Driver = driver;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        Pinner = new(driver, quota, (long)(memory * options.PageLockedShare), Logger);
        Transfers = driver is null ? null : new(driver);
    }

    /// <summary>For models that are made without a container.</summary>
    public static TorchRuntime Default => LazyDefault.Value;

    public ILogger Logger { get; }

    public ICudaDriver? Driver { get; }

    public HostMemoryPinner Pinner { get; }

    public DeviceTransfers? Transfers { get; }

    /// <summary>Where libtorch has a device.</summary>
    public Func<Device, torch.Device> Locate { get; init; } = TorchDevices.Of;

    public void Dispose() => Transfers?.Dispose();
}

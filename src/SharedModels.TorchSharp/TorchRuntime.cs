using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace SharedModels.TorchSharp;

/// <summary>The CUDA runtime, the logger and the devices of libtorch, which all modules of an application share.</summary>
internal sealed class TorchRuntime(CudaRuntime cuda, ILoggerFactory logs) : IDisposable
{
    private static readonly Lazy<TorchRuntime> LazyDefault = new(
        static () => new(CudaDriver.Shared, new(), PinnedMemoryQuota.OfProcess, NullLoggerFactory.Instance));

    public TorchRuntime(
        CudaDriver? driver, CudaOptions options, PinnedMemoryQuota quota, ILoggerFactory logs, TimeProvider? time = null)
        : this(new(driver, options, quota, time ?? TimeProvider.System, logs.CreateLogger("SharedModels.Cuda")), logs)
    {
    }

    /// <summary>For models that are made without a container.</summary>
    public static TorchRuntime Default => LazyDefault.Value;

    public ILogger Logger { get; } = logs.CreateLogger("SharedModels.TorchSharp");

    public CudaDriver? Driver => cuda.Driver;

    public HostMemoryPinner Pinner => cuda.Pinner;

    public DeviceTransfers? Transfers => cuda.Transfers;

    public DeviceMemoryPool? DeviceMemory => cuda.DeviceMemory;

    public TimeProvider Time => cuda.Time;

    /// <summary>Where libtorch has a device.</summary>
    public Func<Device, torch.Device> Locate { get; init; } = TorchDevices.Of;

    public void Dispose() => cuda.Dispose();
}

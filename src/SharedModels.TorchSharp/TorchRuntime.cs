using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Cuda;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp.Diagnostics;
using SharedModels.TorchSharp.Modules;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp;

/// <summary>The CUDA runtime, the logger and the libtorch devices that all modules of an application share.</summary>
internal sealed class TorchRuntime : IDisposable
{
    /// <summary>
    /// More than the memory of any device, and less than the size that libtorch rejects without calling the driver (1 EiB).
    /// </summary>
    private const long TooManyBytes = 1L << 50;

    private static readonly string[] Settings = ["PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF"];

    private static readonly Lazy<TorchRuntime> LazyDefault = new(
        static () => new(CudaDriver.Shared, new(), PinnedMemoryQuota.OfProcess, NullLoggerFactory.Instance));

    private readonly CudaRuntime _cuda;
    private bool _hasWarned;

    public TorchRuntime(CudaRuntime cuda, ILoggerFactory logs)
    {
        _cuda = cuda;
        Logger = logs.CreateLogger("SharedModels.TorchSharp");
        DeviceMemory?.OnShortage(device => ReleaseCached(Device.Cuda(device)));
    }

    public TorchRuntime(
        CudaDriver? driver, CudaOptions options, PinnedMemoryQuota quota, ILoggerFactory logs, TimeProvider? time = null)
        : this(new(driver, options, quota, time ?? TimeProvider.System, logs.CreateLogger("SharedModels.Cuda")), logs)
    {
    }

    /// <summary>The runtime for models that are created without a container.</summary>
    public static TorchRuntime Default => LazyDefault.Value;

    public ILogger Logger { get; }

    public CudaDriver? Driver => _cuda.Driver;

    public HostMemoryPinner Pinner => _cuda.Pinner;

    public DeviceTransfers? Transfers => _cuda.Transfers;

    public DeviceMemoryPool? DeviceMemory => _cuda.DeviceMemory;

    public TimeProvider Time => _cuda.Time;

    /// <summary>Maps a device to libtorch's device.</summary>
    public Func<Device, torch.Device> Locate { get; init; } = TorchDevices.Of;

    /// <summary><see langword="true"/> if the tensors that share memory can be counted. If not, a warning is logged once.</summary>
    public bool CanCountUses
    {
        get
        {
            if (!StorageUses.IsKnown && !Interlocked.Exchange(ref _hasWarned, true))
                Log.UsesUnknown(Logger);
            return StorageUses.IsKnown;
        }
    }

    /// <summary>
    /// <see langword="true"/> if libtorch is configured with another allocation method, with which a request for too much memory takes
    /// the whole device for a moment (<c>expandable_segments</c>) or releases nothing (<c>backend:cudaMallocAsync</c>).
    /// </summary>
    private static bool HasOtherAllocator => Settings.Any(
        static name => Environment.GetEnvironmentVariable(name) is { } settings
            && (settings.Contains("expandable_segments:True", StringComparison.OrdinalIgnoreCase)
                || settings.Contains("cudaMallocAsync", StringComparison.OrdinalIgnoreCase)));

    public void Dispose() => _cuda.Dispose();

    /// <summary>
    /// Throws the error of a device after a failure without a text. Functions of libtorch's C interface only print the reason. The error
    /// can belong to an earlier kernel, possibly of another model.
    /// </summary>
    /// <exception cref="CudaException">The device has an error.</exception>
    public void ThrowDeviceError(Device device, Exception failure)
    {
        if (failure is InvalidOperationException && device.Kind == "cuda")
            Driver?.Synchronize(device.Index);
    }

    /// <summary>
    /// Makes libtorch's allocator release its cached memory. TorchSharp has no function for it, but the allocator does so before it
    /// reports that it has too little memory (c10/cuda/CUDACachingAllocator.cpp, malloc).
    /// </summary>
    private void ReleaseCached(Device device)
    {
        if (HasOtherAllocator)
            return;
        try
        {
            torch.empty([TooManyBytes], torch.ScalarType.Byte, Locate(device)).Dispose();
        }
        catch (ExternalException)
        {
            // The failure is expected.
        }
    }
}

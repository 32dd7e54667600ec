using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>The exports of the CUDA driver's library, which comes with the display driver; no toolkit is needed.</summary>
internal sealed unsafe class CudaLibrary
{
    private CudaLibrary(nint library)
    {
        Init = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(library, "cuInit");
        DeviceGetCount = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(library, "cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)NativeLibrary.GetExport(library, "cuDeviceGetName");
        // The older one tells the GPU's id where the device is a slice of it (MIG).
        DeviceGetUuid = (delegate* unmanaged<byte*, int, int>)(NativeLibrary.TryGetExport(
            library, "cuDeviceGetUuid_v2", out var uuid) ? uuid : NativeLibrary.GetExport(library, "cuDeviceGetUuid"));
        PrimaryContextRetain = (delegate* unmanaged<nint*, int, int>)NativeLibrary.GetExport(library, "cuDevicePrimaryCtxRetain");
        ContextPush = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuCtxPushCurrent_v2");
        ContextPop = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(library, "cuCtxPopCurrent_v2");
        ContextSynchronize = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "cuCtxSynchronize");
        MemoryGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)NativeLibrary.GetExport(library, "cuMemGetInfo_v2");
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)NativeLibrary.GetExport(library, "cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)NativeLibrary.GetExport(library, "cuStreamWaitEvent");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)NativeLibrary.GetExport(library, "cuEventCreate");
        EventDestroy = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "cuEventRecord");
        HostRegister = (delegate* unmanaged<nint, nuint, uint, int>)NativeLibrary.GetExport(library, "cuMemHostRegister_v2");
        HostUnregister = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuMemHostUnregister");
        CopyToDevice = (delegate* unmanaged<nint, nint, nuint, nint, int>)NativeLibrary.GetExport(library, "cuMemcpyHtoDAsync_v2");
        CopyToHost = (delegate* unmanaged<nint, nint, nuint, nint, int>)NativeLibrary.GetExport(library, "cuMemcpyDtoHAsync_v2");
        Allocate = (delegate* unmanaged<nint*, nuint, int>)NativeLibrary.GetExport(library, "cuMemAlloc_v2");
        Free = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuMemFree_v2");
        GetErrorName = (delegate* unmanaged<int, byte**, int>)NativeLibrary.GetExport(library, "cuGetErrorName");
        GetErrorString = (delegate* unmanaged<int, byte**, int>)NativeLibrary.GetExport(library, "cuGetErrorString");
    }

    public delegate* unmanaged<uint, int> Init { get; }

    public delegate* unmanaged<int*, int> DeviceGetCount { get; }

    public delegate* unmanaged<int*, int, int> DeviceGet { get; }

    public delegate* unmanaged<byte*, int, int, int> DeviceGetName { get; }

    public delegate* unmanaged<byte*, int, int> DeviceGetUuid { get; }

    public delegate* unmanaged<nint*, int, int> PrimaryContextRetain { get; }

    public delegate* unmanaged<nint, int> ContextPush { get; }

    public delegate* unmanaged<nint*, int> ContextPop { get; }

    public delegate* unmanaged<int> ContextSynchronize { get; }

    public delegate* unmanaged<nuint*, nuint*, int> MemoryGetInfo { get; }

    public delegate* unmanaged<nint*, uint, int> StreamCreate { get; }

    public delegate* unmanaged<nint, int> StreamDestroy { get; }

    public delegate* unmanaged<nint, int> StreamSynchronize { get; }

    public delegate* unmanaged<nint, nint, uint, int> StreamWaitEvent { get; }

    public delegate* unmanaged<nint*, uint, int> EventCreate { get; }

    public delegate* unmanaged<nint, int> EventDestroy { get; }

    public delegate* unmanaged<nint, nint, int> EventRecord { get; }

    public delegate* unmanaged<nint, nuint, uint, int> HostRegister { get; }

    public delegate* unmanaged<nint, int> HostUnregister { get; }

    public delegate* unmanaged<nint, nint, nuint, nint, int> CopyToDevice { get; }

    public delegate* unmanaged<nint, nint, nuint, nint, int> CopyToHost { get; }

    public delegate* unmanaged<nint*, nuint, int> Allocate { get; }

    public delegate* unmanaged<nint, int> Free { get; }

    public delegate* unmanaged<int, byte**, int> GetErrorName { get; }

    public delegate* unmanaged<int, byte**, int> GetErrorString { get; }

    /// <summary>Loads the library; <see langword="null"/> where there is none, or one that is too old to have all exports.</summary>
    public static CudaLibrary? TryLoad()
    {
        var name = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(name, out var library))
            return null;
        try
        {
            return new CudaLibrary(library);
        }
        catch (EntryPointNotFoundException)
        {
            NativeLibrary.Free(library);
            return null;
        }
    }
}

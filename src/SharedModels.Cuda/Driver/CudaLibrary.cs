using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>The exports of the CUDA driver's library, which is part of the display driver. The CUDA toolkit is not required.</summary>
internal sealed unsafe class CudaLibrary
{
    /// <summary>Resolves the exports with a function that returns their addresses by name.</summary>
    /// <exception cref="EntryPointNotFoundException">An export is missing.</exception>
    public CudaLibrary(Func<string, nint> find)
    {
        Init = (delegate* unmanaged<uint, int>)Required("cuInit");
        DeviceGetCount = (delegate* unmanaged<int*, int>)Required("cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)Required("cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Required("cuDeviceGetName");
        // The older version returns the id of the whole GPU if the device is a slice of it (MIG).
        DeviceGetUuid = (delegate* unmanaged<byte*, int, int>)(find("cuDeviceGetUuid_v2") is var uuid and not 0
            ? uuid
            : Required("cuDeviceGetUuid"));
        PrimaryContextRetain = (delegate* unmanaged<nint*, int, int>)Required("cuDevicePrimaryCtxRetain");
        ContextPush = (delegate* unmanaged<nint, int>)Required("cuCtxPushCurrent_v2");
        ContextPop = (delegate* unmanaged<nint*, int>)Required("cuCtxPopCurrent_v2");
        ContextSynchronize = (delegate* unmanaged<int>)Required("cuCtxSynchronize");
        MemoryGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)Required("cuMemGetInfo_v2");
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)Required("cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<nint, int>)Required("cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<nint, int>)Required("cuStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Required("cuStreamWaitEvent");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)Required("cuEventCreate");
        EventDestroy = (delegate* unmanaged<nint, int>)Required("cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<nint, nint, int>)Required("cuEventRecord");
        HostRegister = (delegate* unmanaged<nint, nuint, uint, int>)Required("cuMemHostRegister_v2");
        HostUnregister = (delegate* unmanaged<nint, int>)Required("cuMemHostUnregister");
        CopyToDevice = (delegate* unmanaged<nint, nint, nuint, nint, int>)Required("cuMemcpyHtoDAsync_v2");
        CopyToHost = (delegate* unmanaged<nint, nint, nuint, nint, int>)Required("cuMemcpyDtoHAsync_v2");
        Allocate = (delegate* unmanaged<nint*, nuint, int>)Required("cuMemAlloc_v2");
        Free = (delegate* unmanaged<nint, int>)Required("cuMemFree_v2");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Required("cuDeviceGetAttribute");
        EventSynchronize = (delegate* unmanaged<nint, int>)Required("cuEventSynchronize");
        AddressReserve = (delegate* unmanaged<nint*, nuint, nuint, nint, ulong, int>)Required("cuMemAddressReserve");
        AddressFree = (delegate* unmanaged<nint, nuint, int>)Required("cuMemAddressFree");
        MemoryCreate = (delegate* unmanaged<ulong*, nuint, CudaAllocation*, ulong, int>)Required("cuMemCreate");
        MemoryRelease = (delegate* unmanaged<ulong, int>)Required("cuMemRelease");
        MemoryMap = (delegate* unmanaged<nint, nuint, nuint, ulong, ulong, int>)Required("cuMemMap");
        MemoryUnmap = (delegate* unmanaged<nint, nuint, int>)Required("cuMemUnmap");
        MemorySetAccess = (delegate* unmanaged<nint, nuint, CudaAccess*, nuint, int>)Required("cuMemSetAccess");
        GetGranularity = (delegate* unmanaged<nuint*, CudaAllocation*, int, int>)Required("cuMemGetAllocationGranularity");
        GetErrorName = (delegate* unmanaged<int, byte**, int>)Required("cuGetErrorName");
        GetErrorString = (delegate* unmanaged<int, byte**, int>)Required("cuGetErrorString");

        nint Required(string name) =>
            find(name) is var address and not 0
                ? address
                : throw new EntryPointNotFoundException($"The CUDA driver does not export {name}.");
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

    public delegate* unmanaged<int*, int, int, int> DeviceGetAttribute { get; }

    public delegate* unmanaged<nint, int> EventSynchronize { get; }

    public delegate* unmanaged<nint*, nuint, nuint, nint, ulong, int> AddressReserve { get; }

    public delegate* unmanaged<nint, nuint, int> AddressFree { get; }

    public delegate* unmanaged<ulong*, nuint, CudaAllocation*, ulong, int> MemoryCreate { get; }

    public delegate* unmanaged<ulong, int> MemoryRelease { get; }

    public delegate* unmanaged<nint, nuint, nuint, ulong, ulong, int> MemoryMap { get; }

    public delegate* unmanaged<nint, nuint, int> MemoryUnmap { get; }

    public delegate* unmanaged<nint, nuint, CudaAccess*, nuint, int> MemorySetAccess { get; }

    public delegate* unmanaged<nuint*, CudaAllocation*, int, int> GetGranularity { get; }

    public delegate* unmanaged<int, byte**, int> GetErrorName { get; }

    public delegate* unmanaged<int, byte**, int> GetErrorString { get; }

    /// <summary>Loads the library.</summary>
    /// <param name="problem">The reason why an existing library cannot be used, including the remedy.</param>
    /// <returns>The library, or <see langword="null"/> if it does not exist or cannot be used.</returns>
    public static CudaLibrary? TryLoad(out string? problem)
    {
        problem = null;
        var name = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(name, out var library))
            return null;
        try
        {
            return new CudaLibrary(name => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0);
        }
        catch (EntryPointNotFoundException exception)
        {
            NativeLibrary.Free(library);
            problem = $"The CUDA driver is too old. {exception.Message} Install driver 450 or later.";
            return null;
        }
    }
}

using System.Runtime.InteropServices;

namespace SharedModels.GpuProbe;

/// <summary>
/// Functions of the driver that the library does not use. They are declared separately, so that a fault in the library's declarations is
/// not repeated in the code that it is compared with. Most need a context that is current on the thread.
/// </summary>
internal static unsafe class CudaApi
{
    private const int MemoryType = 2;
    private const int DeviceMemoryType = 2;
    private const int DeviceOrdinal = 9;

    private static readonly Lazy<nint> Library = new(static () => NativeLibrary.Load("libcuda.so.1"));

    /// <summary>Finds a function of the driver by name.</summary>
    public static Func<string, nint> Find { get; set; } = static name => NativeLibrary.GetExport(Library.Value, name);

    public static void Check(int result, string what)
    {
        if (result != 0)
            throw new InvalidOperationException($"{what} failed with {result}.");
    }

    public static nint NewHostMemory(long bytes)
    {
        nint address;
        Check(((delegate* unmanaged<nint*, nuint, uint, int>)Find("cuMemHostAlloc"))(&address, (nuint)bytes, 0), "cuMemHostAlloc");
        return address;
    }

    public static nint NewDeviceMemory(long bytes)
    {
        nint address;
        Check(((delegate* unmanaged<nint*, nuint, int>)Find("cuMemAlloc_v2"))(&address, (nuint)bytes), "cuMemAlloc");
        return address;
    }

    /// <summary>Creates a stream that does not wait for stream 0.</summary>
    public static nint NewStream()
    {
        nint stream;
        Check(((delegate* unmanaged<nint*, uint, int>)Find("cuStreamCreate"))(&stream, 1), "cuStreamCreate");
        return stream;
    }

    public static int GetDriverVersion(int* version) => ((delegate* unmanaged<int*, int>)Find("cuDriverGetVersion"))(version);

    /// <summary>Returns <see langword="true"/> if the driver knows an address as memory of the device.</summary>
    public static bool IsDeviceMemory(nint address, int device, out string seen)
    {
        int type = 0, owner = -1;
        var result = GetPointerAttribute(&type, MemoryType, address);
        if (result == 0)
            result = GetPointerAttribute(&owner, DeviceOrdinal, address);
        seen = result == 0 ? $"type {type}, device {owner}" : $"error {result}";
        return result == 0 && type == DeviceMemoryType && owner == device;
    }

    public static int GetCurrentContext(nint* context) => ((delegate* unmanaged<nint*, int>)Find("cuCtxGetCurrent"))(context);

    public static int RetainContext(nint* context, int device) =>
        ((delegate* unmanaged<nint*, int, int>)Find("cuDevicePrimaryCtxRetain"))(context, device);

    public static int SetCurrentContext(nint context) => ((delegate* unmanaged<nint, int>)Find("cuCtxSetCurrent"))(context);

    public static int GetPointerAttribute(int* value, int attribute, nint address) =>
        ((delegate* unmanaged<int*, int, nint, int>)Find("cuPointerGetAttribute"))(value, attribute, address);

    public static int Synchronize() => ((delegate* unmanaged<int>)Find("cuCtxSynchronize"))();

    public static int FreeHost(nint address) => ((delegate* unmanaged<nint, int>)Find("cuMemFreeHost"))(address);

    public static int Free(nint address) => ((delegate* unmanaged<nint, int>)Find("cuMemFree_v2"))(address);

    public static int CopyToDevice(nint target, nint source, nuint bytes, nint stream) =>
        ((delegate* unmanaged<nint, nint, nuint, nint, int>)Find("cuMemcpyHtoDAsync_v2"))(target, source, bytes, stream);

    public static int CopyToHost(nint target, nint source, nuint bytes, nint stream) =>
        ((delegate* unmanaged<nint, nint, nuint, nint, int>)Find("cuMemcpyDtoHAsync_v2"))(target, source, bytes, stream);

    public static int SynchronizeStream(nint stream) => ((delegate* unmanaged<nint, int>)Find("cuStreamSynchronize"))(stream);

    public static int DestroyStream(nint stream) => ((delegate* unmanaged<nint, int>)Find("cuStreamDestroy_v2"))(stream);

    public static int LoadModule(nint* module, byte* text) =>
        ((delegate* unmanaged<nint*, byte*, int>)Find("cuModuleLoadData"))(module, text);

    public static int GetFunction(nint* function, nint module, byte* name) =>
        ((delegate* unmanaged<nint*, nint, byte*, int>)Find("cuModuleGetFunction"))(function, module, name);

    public static int Launch(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream,
        void** parameters, void** extra) =>
        ((delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Find("cuLaunchKernel"))(
            function, gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes, stream, parameters, extra);
}

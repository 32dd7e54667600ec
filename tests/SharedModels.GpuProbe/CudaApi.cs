using System.Runtime.InteropServices;

namespace SharedModels.GpuProbe;

/// <summary>
/// Functions of the driver that the library does not use, declared apart from it, so that a fault in its declarations does not hide in
/// what it is compared with.
/// </summary>
internal static unsafe partial class CudaApi
{
    private const string Library = "libcuda.so.1";

    public static void Check(int result, string what)
    {
        if (result != 0)
            throw new InvalidOperationException($"{what} failed with {result}.");
    }

    public static nint NewHostMemory(long bytes)
    {
        nint address;
        Check(AllocateHost(&address, (nuint)bytes, 0), "cuMemHostAlloc");
        return address;
    }

    public static nint NewDeviceMemory(long bytes)
    {
        nint address;
        Check(Allocate(&address, (nuint)bytes), "cuMemAlloc");
        return address;
    }

    /// <summary>Makes a stream that does not wait for the one of 0.</summary>
    public static nint NewStream()
    {
        nint stream;
        Check(CreateStream(&stream, 1), "cuStreamCreate");
        return stream;
    }

    [LibraryImport(Library, EntryPoint = "cuDriverGetVersion")]
    public static partial int GetDriverVersion(int* version);

    [LibraryImport(Library, EntryPoint = "cuCtxGetCurrent")]
    public static partial int GetCurrentContext(nint* context);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
    public static partial int RetainContext(nint* context, int device);

    [LibraryImport(Library, EntryPoint = "cuCtxSetCurrent")]
    public static partial int SetCurrentContext(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxSynchronize")]
    public static partial int Synchronize();

    [LibraryImport(Library, EntryPoint = "cuMemHostAlloc")]
    private static partial int AllocateHost(nint* address, nuint bytes, uint flags);

    [LibraryImport(Library, EntryPoint = "cuMemFreeHost")]
    public static partial int FreeHost(nint address);

    [LibraryImport(Library, EntryPoint = "cuMemAlloc_v2")]
    private static partial int Allocate(nint* address, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cuMemFree_v2")]
    public static partial int Free(nint address);

    [LibraryImport(Library, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    public static partial int CopyToDevice(nint target, nint source, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    public static partial int CopyToHost(nint target, nint source, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuStreamCreate")]
    private static partial int CreateStream(nint* stream, uint flags);

    [LibraryImport(Library, EntryPoint = "cuStreamSynchronize")]
    public static partial int SynchronizeStream(nint stream);

    [LibraryImport(Library, EntryPoint = "cuStreamDestroy_v2")]
    public static partial int DestroyStream(nint stream);

    [LibraryImport(Library, EntryPoint = "cuModuleLoadData")]
    public static partial int LoadModule(nint* module, byte* text);

    [LibraryImport(Library, EntryPoint = "cuModuleGetFunction")]
    public static partial int GetFunction(nint* function, nint module, byte* name);

    [LibraryImport(Library, EntryPoint = "cuLaunchKernel")]
    public static partial int Launch(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream,
        void** parameters, void** extra);
}

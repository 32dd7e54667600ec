using System.Runtime.InteropServices;
using System.Text;

namespace SharedModels.Cuda.Driver;

/// <summary>
/// Calls the CUDA driver. Every call that fails throws a <see cref="CudaException"/>. Stream 0 is the stream that libtorch computes on.
/// Safe for use by many threads. Calls restore the current context of the calling thread.
/// </summary>
internal sealed unsafe class CudaDriver
{
    private const uint NonBlockingStream = 1;
    private const uint EventWithoutTimingThatBlocks = 3;
    private const int VirtualMemoryAttribute = 102;
    private const uint PortableRegistration = 1;
    private const int NameBytes = 256;
    private const int UuidBytes = 16;

    private static readonly Lock SharedLock = new();

    private static CudaDriver? _shared;

    private readonly CudaLibrary _cuda;
    private readonly nint[] _contexts;

    private CudaDriver(CudaLibrary cuda, int count)
    {
        _cuda = cuda;
        _contexts = new nint[count];
    }

    /// <summary>The number of devices that are visible to this process, in the same order as in libtorch.</summary>
    public int DeviceCount => _contexts.Length;

    /// <summary>The devices on which this process has a context. There are none if libtorch cannot use them.</summary>
    public IEnumerable<int> DevicesInUse => Enumerable.Range(0, DeviceCount).Where(device => _contexts[device] != 0);

    /// <summary>
    /// The driver of this process, which is shared to track the devices in use, or <see langword="null"/> if there is none.
    /// </summary>
    public static CudaDriver? Shared => OpenShared().Driver;

    /// <summary>Opens the driver of this process, or returns the reason why it cannot be used.</summary>
    public static CudaDriverStart OpenShared()
    {
        lock (SharedLock)
        {
            // A failure is not cached, because the fabric manager or a kernel module can start later than the first container.
            var start = _shared is null ? Open() : new(_shared);
            _shared = start.Driver;
            return start;
        }
    }

    /// <summary>Opens the driver, or returns the reason why it cannot be used.</summary>
    public static CudaDriverStart Open() =>
        CudaLibrary.TryLoad(out var problem) is { } cuda ? Open(cuda) : new(Problem: problem);

    /// <summary>Opens the driver with the functions of a library.</summary>
    public static CudaDriverStart Open(CudaLibrary cuda)
    {
        var count = 0;
        var result = cuda.Init(0);
        if (result == 0)
            result = cuda.DeviceGetCount(&count);
        if (result != 0)
            return new(Problem: CudaDriverStart.ProblemOf(result, NameOf(cuda, result)));
        return count > 0 ? new(new CudaDriver(cuda, count)) : default;
    }

    public string GetName(int device)
    {
        var name = stackalloc byte[NameBytes];
        Check(_cuda.DeviceGetName(name, NameBytes, Handle(device)), "cuDeviceGetName");
        return Text(name);
    }

    /// <summary>Returns the id of the device, which NVML writes after <c>GPU-</c> or <c>MIG-</c>.</summary>
    public string GetUuid(int device)
    {
        var uuid = stackalloc byte[UuidBytes];
        Check(_cuda.DeviceGetUuid(uuid, Handle(device)), "cuDeviceGetUuid");
        return $"{new Guid(new ReadOnlySpan<byte>(uuid, UuidBytes), bigEndian: true)}";
    }

    /// <summary>Creates the primary context of the device, which libtorch uses too, and keeps it until the process ends.</summary>
    public void RetainContext(int device) => Retain(device);

    /// <summary>
    /// Runs a call of another library with the primary context of the device as the current context. The CUDA runtime derives its device
    /// from the current context of the thread.
    /// </summary>
    public T RunInContext<T>(int device, Func<T> call)
    {
        Enter(device);
        try
        {
            return call();
        }
        finally
        {
            Leave(0, "cuCtxPopCurrent");
        }
    }

    public (long FreeBytes, long TotalBytes) GetMemory(int device)
    {
        nuint free, total;
        Enter(device);
        var result = _cuda.MemoryGetInfo(&free, &total);
        Leave(result, "cuMemGetInfo");
        return ((long)free, (long)total);
    }

    /// <summary>Waits for all work on the device and reports its errors.</summary>
    public void Synchronize(int device)
    {
        Enter(device);
        Leave(_cuda.ContextSynchronize(), "cuCtxSynchronize");
    }

    /// <summary>Creates a stream that does not wait for stream 0.</summary>
    public nint CreateStream(int device)
    {
        nint stream;
        Enter(device);
        Leave(_cuda.StreamCreate(&stream, NonBlockingStream), "cuStreamCreate");
        return stream;
    }

    public void DestroyStream(int device, nint stream)
    {
        Enter(device);
        Leave(_cuda.StreamDestroy(stream), "cuStreamDestroy");
    }

    public void SynchronizeStream(int device, nint stream)
    {
        Enter(device);
        Leave(_cuda.StreamSynchronize(stream), "cuStreamSynchronize");
    }

    public nint CreateEvent(int device)
    {
        nint cudaEvent;
        Enter(device);
        Leave(_cuda.EventCreate(&cudaEvent, EventWithoutTimingThatBlocks), "cuEventCreate");
        return cudaEvent;
    }

    public void DestroyEvent(int device, nint cudaEvent)
    {
        Enter(device);
        Leave(_cuda.EventDestroy(cudaEvent), "cuEventDestroy");
    }

    /// <summary>Waits, without spinning, until the work recorded before the event is done.</summary>
    public void SynchronizeEvent(int device, nint cudaEvent)
    {
        Enter(device);
        Leave(_cuda.EventSynchronize(cudaEvent), "cuEventSynchronize");
    }

    public void RecordEvent(int device, nint cudaEvent, nint stream)
    {
        Enter(device);
        Leave(_cuda.EventRecord(cudaEvent, stream), "cuEventRecord");
    }

    /// <summary>Makes a stream wait for an event. The calling thread does not wait.</summary>
    public void WaitForEvent(int device, nint stream, nint cudaEvent)
    {
        Enter(device);
        Leave(_cuda.StreamWaitEvent(stream, cudaEvent, 0), "cuStreamWaitEvent");
    }

    /// <summary>
    /// Pins host memory through the context of one device, so that all devices copy from it at the full speed of the bus.
    /// </summary>
    public void RegisterHost(int device, nint address, long bytes)
    {
        Enter(device);
        Leave(_cuda.HostRegister(address, (nuint)bytes, PortableRegistration), "cuMemHostRegister");
    }

    public void UnregisterHost(int device, nint address)
    {
        Enter(device);
        Leave(_cuda.HostUnregister(address), "cuMemHostUnregister");
    }

    public void CopyToDevice(int device, nint destination, nint source, long bytes, nint stream)
    {
        Enter(device);
        Leave(_cuda.CopyToDevice(destination, source, (nuint)bytes, stream), "cuMemcpyHtoDAsync");
    }

    public void CopyToHost(int device, nint destination, nint source, long bytes, nint stream)
    {
        Enter(device);
        Leave(_cuda.CopyToHost(destination, source, (nuint)bytes, stream), "cuMemcpyDtoHAsync");
    }

    public nint Allocate(int device, long bytes)
    {
        nint address;
        Enter(device);
        Leave(_cuda.Allocate(&address, (nuint)bytes), "cuMemAlloc");
        return address;
    }

    public void Free(int device, nint address)
    {
        Enter(device);
        Leave(_cuda.Free(address), "cuMemFree");
    }

    /// <summary>
    /// Returns the number of bytes of which sizes of physical memory must be a multiple, or 0 if the device has no virtual memory
    /// management.
    /// </summary>
    public long GetGranularity(int device)
    {
        int isSupported;
        Check(_cuda.DeviceGetAttribute(&isSupported, VirtualMemoryAttribute, Handle(device)), "cuDeviceGetAttribute");
        if (isSupported == 0)
            return 0;
        nuint bytes;
        var allocation = CudaAllocation.On(device);
        Check(_cuda.GetGranularity(&bytes, &allocation, 0), "cuMemGetAllocationGranularity");
        return (long)bytes;
    }

    /// <summary>Allocates physical memory on the device. It has no address until it is mapped.</summary>
    public ulong CreateMemory(int device, long bytes)
    {
        ulong memory;
        var allocation = CudaAllocation.On(device);
        Enter(device);
        Leave(_cuda.MemoryCreate(&memory, (nuint)bytes, &allocation, 0), "cuMemCreate");
        return memory;
    }

    /// <summary>Returns physical memory to the driver. It must not be mapped.</summary>
    public void ReleaseMemory(int device, ulong memory)
    {
        Enter(device);
        Leave(_cuda.MemoryRelease(memory), "cuMemRelease");
    }

    public nint ReserveAddresses(int device, long bytes)
    {
        nint address;
        Enter(device);
        Leave(_cuda.AddressReserve(&address, (nuint)bytes, 0, 0, 0), "cuMemAddressReserve");
        return address;
    }

    public void FreeAddresses(int device, nint address, long bytes)
    {
        Enter(device);
        Leave(_cuda.AddressFree(address, (nuint)bytes), "cuMemAddressFree");
    }

    /// <summary>Maps physical memory to an address. Kernels and copies can use it after <see cref="AllowAccess"/>.</summary>
    public void Map(int device, nint address, long bytes, ulong memory)
    {
        Enter(device);
        Leave(_cuda.MemoryMap(address, (nuint)bytes, 0, memory, 0), "cuMemMap");
    }

    public void AllowAccess(int device, nint address, long bytes)
    {
        var access = CudaAccess.By(device);
        Enter(device);
        Leave(_cuda.MemorySetAccess(address, (nuint)bytes, &access, 1), "cuMemSetAccess");
    }

    /// <summary>Unmaps memory. No queued work on the device may still use it.</summary>
    public void Unmap(int device, nint address, long bytes)
    {
        Enter(device);
        Leave(_cuda.MemoryUnmap(address, (nuint)bytes), "cuMemUnmap");
    }

    private static string Text(byte* text) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    private static string NameOf(CudaLibrary cuda, int result)
    {
        byte* name = null;
        return cuda.GetErrorName(result, &name) == 0 ? Text(name) : "CUDA_ERROR";
    }

    private int Handle(int device)
    {
        int handle;
        Check(_cuda.DeviceGet(&handle, device), "cuDeviceGet");
        return handle;
    }

    private nint Retain(int device)
    {
        nint context;
        Check(_cuda.PrimaryContextRetain(&context, Handle(device)), "cuDevicePrimaryCtxRetain");
        return _contexts[device] = context;
    }

    private void Enter(int device)
    {
        var context = _contexts[device];
        Check(_cuda.ContextPush(context == 0 ? Retain(device) : context), "cuCtxPushCurrent");
    }

    private void Leave(int result, string function)
    {
        nint context;
        var popped = _cuda.ContextPop(&context);
        Check(result, function);
        Check(popped, "cuCtxPopCurrent");
    }

    private void Check(int result, string function)
    {
        if (result == 0)
            return;
        byte* description = null;
        var isKnown = _cuda.GetErrorString(result, &description) == 0;
        throw new CudaException(
            function, result, NameOf(_cuda, result), isKnown ? Text(description) : "an error without a description");
    }
}

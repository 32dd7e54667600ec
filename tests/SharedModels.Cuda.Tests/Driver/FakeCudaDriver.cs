using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

/// <summary>
/// A driver whose devices are the host's memory, and whose streams do what was
/// asked of them when somebody waits for it, as late as is allowed.
/// </summary>
internal sealed unsafe class FakeCudaDriver(params FakeCudaDevice[] devices) : ICudaDriver
{
    private readonly Dictionary<(int Device, nint Stream), FakeStream> _streams = [];
    private readonly Dictionary<nint, FakeStream.Marker> _events = [];
    private nint _lastHandle = 100;

    public int DeviceCount => devices.Length;

    public IEnumerable<int> DevicesInUse => Enumerable.Range(0, DeviceCount).Where(device => devices[device].HasContext);

    public Dictionary<nint, long> RegisteredHost { get; } = [];

    public Func<long, CudaException?> OnRegister { get; set; } = static _ => null;

    public Action<long> OnCopy { get; set; } = static _ => { };

    /// <summary>What happens elsewhere while somebody waits for a stream whose work has not begun.</summary>
    public Action OnSynchronizeStream { get; set; } = static () => { };

    /// <summary>Streams and events that exist.</summary>
    public int LiveHandles => _streams.Keys.Count(static key => key.Stream != 0) + _events.Count;

    public FakeStream Compute(int device) => Stream(device, 0);

    public static CudaException Error(string name, int code = 700, string description = "something") =>
        new("cuAnything", code, name, description);

    public string GetName(int device) => devices[device].Name;

    public string GetUuid(int device) => $"uuid-{device}";

    public void RetainContext(int device)
    {
        Check(device);
        devices[device].Contexts++;
        devices[device].HasContext = true;
    }

    public (long FreeBytes, long TotalBytes) GetMemory(int device)
    {
        Check(device);
        return (devices[device].FreeBytes, devices[device].TotalBytes);
    }

    public void Synchronize(int device)
    {
        Check(device);
        Stream(device, 0).Run();
    }

    public nint CreateStream(int device)
    {
        Check(device);
        var handle = ++_lastHandle;
        Stream(device, handle);
        return handle;
    }

    public void DestroyStream(int device, nint stream)
    {
        Check(device);
        _streams.Remove((device, stream));
    }

    public void SynchronizeStream(int device, nint stream)
    {
        Check(device);
        OnSynchronizeStream();
        Stream(device, stream).Run();
    }

    public nint CreateEvent(int device)
    {
        Check(device);
        _events[++_lastHandle] = new(Stream(device, 0));
        return _lastHandle;
    }

    public void DestroyEvent(int device, nint cudaEvent) => _events.Remove(cudaEvent);

    public void RecordEvent(int device, nint cudaEvent, nint stream) => _events[cudaEvent] = Stream(device, stream).Record();

    public void WaitForEvent(int device, nint stream, nint cudaEvent) => Stream(device, stream).Wait(_events[cudaEvent]);

    public void RegisterHost(int device, nint address, long bytes)
    {
        Check(device);
        if (OnRegister(bytes) is { } error)
            throw error;
        RegisteredHost.Add(address, bytes);
    }

    public void UnregisterHost(int device, nint address)
    {
        Check(device);
        if (!RegisteredHost.Remove(address))
            throw Error("CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED", 713);
    }

    public void CopyToDevice(int device, nint destination, nint source, long bytes, nint stream)
    {
        Check(device);
        OnCopy(bytes);
        Stream(device, stream).Add(() => Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes));
    }

    public void CopyToHost(int device, nint destination, nint source, long bytes, nint stream) =>
        CopyToDevice(device, destination, source, bytes, stream);

    public nint Allocate(int device, long bytes)
    {
        Check(device);
        if (bytes > devices[device].FreeBytes)
            throw Error("CUDA_ERROR_OUT_OF_MEMORY", 2);
        devices[device].FreeBytes -= bytes;
        var address = (nint)NativeMemory.Alloc((nuint)bytes);
        devices[device].Blocks.Add(address, bytes);
        return address;
    }

    public void Free(int device, nint address)
    {
        Check(device);
        devices[device].Blocks.Remove(address, out var bytes);
        devices[device].FreeBytes += bytes;
        NativeMemory.Free((void*)address);
    }

    private void Check(int device)
    {
        if (devices[device].Fault is { } fault)
            throw fault;
    }

    private FakeStream Stream(int device, nint stream)
    {
        if (!_streams.TryGetValue((device, stream), out var found))
            _streams[(device, stream)] = found = new();
        return found;
    }
}

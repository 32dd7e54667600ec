using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Driver;

/// <summary>The functions of NVIDIA's management library, as addresses, on a machine with one GPU.</summary>
internal sealed unsafe class SimulatedNvml
{
    public const nint Gpu = 101;
    public const nint Slice = 102;

    private const nint Events = 103;
    private const int NotSupported = 3;
    private const int NotFound = 6;
    private const int Timeout = 10;

    private readonly Dictionary<string, Delegate> _functions;

    public SimulatedNvml() => _functions = new()
    {
        ["nvmlInit_v2"] = (Nothing)(static () => 0),
        ["nvmlDeviceGetHandleByUUID"] = (Named)((name, device) =>
            Handles.TryGetValue(Marshal.PtrToStringUTF8((nint)name)!, out var handle) ? Set(device, handle) : NotFound),
        ["nvmlDeviceGetDeviceHandleFromMigDeviceHandle"] = (OutHandleOf)(
            static (device, gpu) => device == Slice ? Set(gpu, Gpu) : NotSupported),
        ["nvmlDeviceGetGpuInstanceId"] = (OutNumberOf)(static (device, id) => device == Slice ? Set(id, 2u) : NotSupported),
        ["nvmlDeviceGetComputeInstanceId"] = (OutNumberOf)(static (device, id) => device == Slice ? Set(id, 1u) : NotSupported),
        ["nvmlDeviceGetTemperature"] = (OutNumberOfKind)(static (device, _, celsius) => OfGpu(device, celsius, 40)),
        ["nvmlEventSetCreate"] = (OutHandle)(static events => Set(events, Events)),
        ["nvmlDeviceRegisterEvents"] = (Register)(static (_, _, _) => 0),
        ["nvmlEventSetWait_v2"] = (Wait)((_, found, _) =>
            Xids.TryDequeue(out var xid) ? Set(found, new NvmlEvent { Device = Gpu, Data = xid }) : Timeout),
        ["nvmlDeviceGetClockInfo"] = (OutNumberOfKind)(static (device, kind, clock) => OfGpu(device, clock, kind == 1 ? 1980u : 3201)),
        ["nvmlDeviceGetCurrPcieLinkGeneration"] = (OutNumberOf)(static (device, generation) => OfGpu(device, generation, 5)),
        ["nvmlDeviceGetCurrPcieLinkWidth"] = (OutNumberOf)(static (device, width) => OfGpu(device, width, 16)),
    };

    private delegate int Nothing();

    private delegate int Named(byte* name, nint* result);

    private delegate int OutHandle(nint* result);

    private delegate int OutHandleOf(nint device, nint* result);

    private delegate int OutNumberOf(nint device, uint* result);

    private delegate int OutNumberOfKind(nint device, int kind, uint* result);

    private delegate int Register(nint device, ulong types, nint events);

    private delegate int Wait(nint events, NvmlEvent* found, uint milliseconds);

    private delegate int List(nint device, uint* count, NvmlProcess* processes);

    /// <summary>The devices by their ids in NVML.</summary>
    public Dictionary<string, nint> Handles { get; } = [];

    /// <summary>Errors that have not been read yet.</summary>
    public Queue<ulong> Xids { get; } = [];

    /// <summary>Adds a function that lists processes.</summary>
    public void AddList(string name, params NvmlProcess[] processes) => _functions[name] = (List)((_, count, result) =>
    {
        processes.CopyTo(new Span<NvmlProcess>(result, (int)*count));
        return Set(count, (uint)processes.Length);
    });

    public void Remove(string name) => _functions.Remove(name);

    /// <summary>Finds a function of the library by name. Returns 0 if it does not exist.</summary>
    public nint Find(string name) => _functions.TryGetValue(name, out var function) ? Marshal.GetFunctionPointerForDelegate(function) : 0;

    /// <summary>A slice (MIG) has neither sensors nor clocks.</summary>
    private static int OfGpu(nint device, uint* result, uint value) => device == Gpu ? Set(result, value) : NotSupported;

    private static int Set<T>(T* target, T value)
        where T : unmanaged
    {
        *target = value;
        return 0;
    }
}

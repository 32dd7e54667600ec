using System.Collections.Concurrent;
using System.Text;

namespace SharedModels.Cuda.Driver;

/// <inheritdoc cref="INvml"/>
internal sealed unsafe class Nvml : INvml
{
    private const int Success = 0;
    private const int TemperatureOfGpu = 0;
    private const ulong CriticalXidEvent = 8;
    private const int MaxProcesses = 256;

    private readonly NvmlLibrary _nvml;
    private readonly ConcurrentDictionary<string, (nint Device, nint Gpu, nint Events, MigSlice? Slice)> _devices = new();

    private Nvml(NvmlLibrary nvml) => _nvml = nvml;

    /// <summary>Opens the library. Returns <see langword="null"/> if it does not exist.</summary>
    public static Nvml? TryOpen() => NvmlLibrary.TryLoad() is { } nvml ? TryOpen(nvml) : null;

    /// <summary>Opens the library with its exports. Returns <see langword="null"/> if its initialization fails.</summary>
    public static Nvml? TryOpen(NvmlLibrary nvml) => nvml.Init() == Success ? new Nvml(nvml) : null;

    public NvmlReading? Read(string uuid)
    {
        var (device, gpu, events, slice) = _devices.GetOrAdd(uuid, Find);
        return device == 0 ? null : new NvmlReading(ReadOthers(device), ReadTemperature(gpu), ReadXids(events, slice));
    }

    /// <summary>
    /// Returns the bytes of all other processes, or <see langword="null"/> if they are unknown. A driver without permission reports a
    /// value of all ones. In a container, the ids are those of the host, so this process seems to be missing although it has a context.
    /// </summary>
    internal static long? OthersOf(ReadOnlySpan<NvmlProcess> processes, int ownId)
    {
        // A process that both computes and draws is listed twice, each time with all its bytes.
        var bytes = new Dictionary<uint, ulong>();
        foreach (ref readonly var process in processes)
            bytes[process.Id] = Math.Max(bytes.GetValueOrDefault(process.Id), process.UsedBytes);
        return bytes.Remove((uint)ownId) && !bytes.ContainsValue(ulong.MaxValue)
            ? bytes.Values.Sum(static value => (long)value)
            : null;
    }

    private (nint Device, nint Gpu, nint Events, MigSlice? Slice) Find(string uuid)
    {
        // The driver does not indicate whether an id belongs to a slice of a GPU (MIG), which has its own processes but no temperature
        // and no errors.
        var device = FindDevice("GPU-" + uuid);
        if (device == 0 && (device = FindDevice("MIG-" + uuid)) == 0)
            return default;

        nint gpu, events;
        if (_nvml.GetGpuOfSlice(device, &gpu) != Success)
            gpu = device;
        var watches = _nvml.EventSetCreate(&events) == Success && _nvml.RegisterEvents(gpu, CriticalXidEvent, events) == Success;
        return (device, gpu, watches ? events : 0, FindSlice(device));
    }

    private MigSlice? FindSlice(nint device)
    {
        uint gpuInstance, computeInstance;
        return _nvml.GetGpuInstanceId(device, &gpuInstance) == Success && _nvml.GetComputeInstanceId(device, &computeInstance) == Success
            ? new(gpuInstance, computeInstance)
            : null;
    }

    private nint FindDevice(string name)
    {
        nint device;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            return _nvml.GetHandleByUuid(text, &device) == Success ? device : 0;
    }

    private long? ReadOthers(nint device)
    {
        if (_nvml.GetProcesses == null || _nvml.GetGraphicsProcesses == null)
            return null;
        var processes = stackalloc NvmlProcess[2 * MaxProcesses];
        uint computing = MaxProcesses, drawing = MaxProcesses;
        if (_nvml.GetProcesses(device, &computing, processes) != Success)
            return null;

        // This is not called for a slice (MIG), on which nothing can draw.
        if (_nvml.GetGraphicsProcesses(device, &drawing, processes + computing) != Success)
            drawing = 0;
        return OthersOf(new(processes, (int)(computing + drawing)), Environment.ProcessId);
    }

    private int? ReadTemperature(nint device)
    {
        uint celsius;
        return _nvml.GetTemperature(device, TemperatureOfGpu, &celsius) == Success ? (int)celsius : null;
    }

    private List<long> ReadXids(nint events, MigSlice? slice)
    {
        // The set contains the events of the whole GPU. The failure can be in another slice.
        var xids = new List<long>();
        NvmlEvent found;
        while (events != 0 && _nvml.EventSetWait(events, &found, 0) == Success)
        {
            if (slice?.IsConcernedBy(found) ?? true)
                xids.Add((long)found.Data);
        }

        return xids;
    }
}

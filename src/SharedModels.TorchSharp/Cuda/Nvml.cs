using System.Collections.Concurrent;
using System.Text;

namespace SharedModels.TorchSharp.Cuda;

/// <inheritdoc cref="INvml"/>
internal sealed unsafe class Nvml : INvml
{
    private const int Success = 0;
    private const int TemperatureOfGpu = 0;
    private const ulong CriticalXidEvent = 8;
    private const int MaxProcesses = 256;

    private readonly NvmlLibrary _nvml;
    private readonly ConcurrentDictionary<string, (nint Device, nint Events)> _devices = new();

    private Nvml(NvmlLibrary nvml) => _nvml = nvml;

    /// <summary>Opens the library; <see langword="null"/> where there is none.</summary>
    public static Nvml? TryOpen() => NvmlLibrary.TryLoad() is { } nvml && nvml.Init() == Success ? new Nvml(nvml) : null;

    public NvmlReading? Read(string uuid)
    {
        var (device, events) = _devices.GetOrAdd(uuid, Find);
        return device == 0 ? null : new NvmlReading(ReadOthers(device), ReadTemperature(device), ReadXids(events));
    }

    private (nint Device, nint Events) Find(string uuid)
    {
        nint device, events;
        fixed (byte* text = Encoding.UTF8.GetBytes(uuid + '\0'))
        {
            if (_nvml.GetHandleByUuid(text, &device) != Success)
                return default;
        }

        var watches = _nvml.EventSetCreate(&events) == Success && _nvml.RegisterEvents(device, CriticalXidEvent, events) == Success;
        return (device, watches ? events : 0);
    }

    private long ReadOthers(nint device)
    {
        var processes = stackalloc NvmlProcess[MaxProcesses];
        uint count = MaxProcesses;
        if (_nvml.GetProcesses(device, &count, processes) != Success)
            return 0;
        var bytes = 0L;
        for (var i = 0; i < count; i++)
        {
            // A driver that may not tell says all ones.
            if (processes[i].Id != Environment.ProcessId && processes[i].UsedBytes != ulong.MaxValue)
                bytes += (long)processes[i].UsedBytes;
        }

        return bytes;
    }

    private int? ReadTemperature(nint device)
    {
        uint celsius;
        return _nvml.GetTemperature(device, TemperatureOfGpu, &celsius) == Success ? (int)celsius : null;
    }

    private List<long> ReadXids(nint events)
    {
        var xids = new List<long>();
        NvmlEvent found;
        while (events != 0 && _nvml.EventSetWait(events, &found, 0) == Success)
            xids.Add((long)found.Data);
        return xids;
    }
}

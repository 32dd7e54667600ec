namespace SharedModels.Devices;

/// <summary>The processor, with the memory that the process may take: a container's limit where there is one.</summary>
internal sealed class CpuDeviceProvider : IDeviceProvider
{
    private const string LimitFile = "/sys/fs/cgroup/memory.max";
    private const string MemoryFile = "/proc/meminfo";

    public IReadOnlyList<DeviceInfo> GetDevices()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return [new(Device.Cpu, $"{Environment.ProcessorCount} processors", available) { TotalBytes = Math.Max(available, ReadTotal()) }];
    }

    /// <summary>
    /// The memory that the process can have, or 0 if unknown. In a container, the runtime reports only what its heap may take.
    /// </summary>
    private static long ReadTotal()
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                return 0;
            var total = File.ReadLines(MemoryFile).First(static line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
            var bytes = long.Parse(total.AsSpan("MemTotal:".Length, total.Length - "MemTotal:".Length - " kB".Length)) << 10;
            return File.Exists(LimitFile) && long.TryParse(File.ReadAllText(LimitFile), out var limit) ? Math.Min(bytes, limit) : bytes;
        }
#pragma warning disable CA1031 // What cannot be read is not known.
        catch (Exception)
#pragma warning restore CA1031
        {
            return 0;
        }
    }
}

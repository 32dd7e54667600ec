using System.Globalization;

namespace SharedModels.Benchmarks;

/// <summary>The working set of this process. On systems other than Linux, the current size replaces the peak.</summary>
internal static class ProcessMemory
{
    public static long PeakBytes() => Read("VmHWM:");

    public static long ResidentBytes() => Read("VmRSS:");

    private static long Read(string key)
    {
        if (!OperatingSystem.IsLinux())
            return Environment.WorkingSet;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(key, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}

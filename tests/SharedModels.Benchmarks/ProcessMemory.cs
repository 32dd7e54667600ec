using System.Globalization;

namespace SharedModels.Benchmarks;

/// <summary>The peak of this process's working set, where the system is Linux.</summary>
internal static class ProcessMemory
{
    public static long PeakBytes()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.WorkingSet;
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}

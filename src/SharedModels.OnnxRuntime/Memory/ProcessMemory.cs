using System.Diagnostics;
using System.Globalization;

namespace SharedModels.OnnxRuntime.Memory;

/// <summary>The memory that the process takes.</summary>
internal static class ProcessMemory
{
    private const string StatusFile = "/proc/self/status", Name = "RssAnon:", Unit = "kB";

    /// <summary>Returns the bytes of the process: on Linux the resident ones without mapped files, otherwise the private ones.</summary>
    public static long Read()
    {
        if (OperatingSystem.IsLinux())
        {
            foreach (var line in File.ReadLines(StatusFile))
            {
                if (line.StartsWith(Name, StringComparison.Ordinal) && line.EndsWith(Unit, StringComparison.Ordinal))
                    return long.Parse(line.AsSpan()[Name.Length..^Unit.Length].Trim(), CultureInfo.InvariantCulture) * 1024;
            }
        }

        using var process = Process.GetCurrentProcess();
        return process.PrivateMemorySize64;
    }
}

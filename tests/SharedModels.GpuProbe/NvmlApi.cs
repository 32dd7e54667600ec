using System.Runtime.InteropServices;
using System.Text;

namespace SharedModels.GpuProbe;

/// <summary>What NVML says of the device while something runs on it.</summary>
internal static unsafe partial class NvmlApi
{
    private const string Library = "libnvidia-ml.so.1";
    private const int SmClock = 1;
    private const int MemoryClock = 2;

    /// <summary>
    /// Published figures of copies from pinned memory. If the bus is much slower, the machine is the limit and not the library: a link that
    /// is narrower, or memory of another socket.
    /// </summary>
    public const string ExpectedRate = "50 to 55 for PCIe 5 x16";

    /// <summary>Clocks and bus, read now; the reason if they cannot be read.</summary>
    public static string Describe(string uuid)
    {
        try
        {
            nint device;
            fixed (byte* name = Encoding.UTF8.GetBytes($"GPU-{uuid}\0"))
            {
                if (Init() != 0 || GetHandle(name, &device) != 0)
                    return "NVML does not know the device";
            }

            uint sm, memory, generation, width;
            return GetClock(device, SmClock, &sm) == 0 && GetClock(device, MemoryClock, &memory) == 0
                && GetBusGeneration(device, &generation) == 0 && GetBusWidth(device, &width) == 0
                ? $"SM {sm} MHz, memory {memory} MHz, PCIe {generation} x{width}"
                : "NVML does not tell clocks and bus";
        }
        catch (DllNotFoundException)
        {
            return "no NVML";
        }
    }

    public static string DriverVersion()
    {
        var text = stackalloc byte[80];
        try
        {
            return Init() == 0 && GetDriverVersion(text, 80) == 0 ? Marshal.PtrToStringUTF8((nint)text)! : "unknown";
        }
        catch (DllNotFoundException)
        {
            return "unknown (no NVML)";
        }
    }

    [LibraryImport(Library, EntryPoint = "nvmlInit_v2")]
    private static partial int Init();

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetHandleByUUID")]
    private static partial int GetHandle(byte* uuid, nint* device);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetClockInfo")]
    private static partial int GetClock(nint device, int type, uint* megahertz);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetCurrPcieLinkGeneration")]
    private static partial int GetBusGeneration(nint device, uint* generation);

    [LibraryImport(Library, EntryPoint = "nvmlDeviceGetCurrPcieLinkWidth")]
    private static partial int GetBusWidth(nint device, uint* width);

    [LibraryImport(Library, EntryPoint = "nvmlSystemGetDriverVersion")]
    private static partial int GetDriverVersion(byte* text, uint length);
}

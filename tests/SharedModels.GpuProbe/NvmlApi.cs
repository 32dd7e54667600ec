using System.Runtime.InteropServices;
using System.Text;

namespace SharedModels.GpuProbe;

/// <summary>Reads the state of the device from NVML while it works.</summary>
internal static unsafe class NvmlApi
{
    /// <summary>
    /// Published figures of copies from pinned memory. If the bus is much slower, the limit is the machine and not the library: a narrower
    /// link, or memory of another socket.
    /// </summary>
    public const string ExpectedRate = "50 to 55 for PCIe 5 x16";

    private const int SmClock = 1;
    private const int MemoryClock = 2;

    private static readonly Lazy<nint> Library = new(static () => NativeLibrary.Load("libnvidia-ml.so.1"));

    /// <summary>Finds a function of NVML by name.</summary>
    public static Func<string, nint> Find { get; set; } = static name => NativeLibrary.GetExport(Library.Value, name);

    /// <summary>Returns the current clocks and bus, or the reason if they cannot be read.</summary>
    public static string Describe(string uuid)
    {
        try
        {
            var device = Init() == 0 ? FindGpu(uuid) : 0;
            if (device == 0)
                return "NVML does not know the device";
            uint sm, memory, generation, width;
            return GetClock(device, SmClock, &sm) == 0 && GetClock(device, MemoryClock, &memory) == 0
                && GetBusGeneration(device, &generation) == 0 && GetBusWidth(device, &width) == 0
                ? $"SM {sm} MHz, memory {memory} MHz, PCIe {generation} x{width}"
                : "NVML does not report clocks and bus";
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

    /// <summary>
    /// Finds the GPU with the id, or the GPU to which a slice (MIG) with the id belongs. A slice has no clocks and no bus of its own.
    /// </summary>
    private static nint FindGpu(string uuid)
    {
        if (FindHandle("GPU-" + uuid) is not 0 and var device)
            return device;
        nint gpu;
        return FindHandle("MIG-" + uuid) is not 0 and var slice
            && ((delegate* unmanaged<nint, nint*, int>)Find("nvmlDeviceGetDeviceHandleFromMigDeviceHandle"))(slice, &gpu) == 0
                ? gpu
                : 0;
    }

    private static nint FindHandle(string name)
    {
        nint device;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
            return ((delegate* unmanaged<byte*, nint*, int>)Find("nvmlDeviceGetHandleByUUID"))(text, &device) == 0 ? device : 0;
    }

    private static int Init() => ((delegate* unmanaged<int>)Find("nvmlInit_v2"))();

    private static int GetClock(nint device, int type, uint* megahertz) =>
        ((delegate* unmanaged<nint, int, uint*, int>)Find("nvmlDeviceGetClockInfo"))(device, type, megahertz);

    private static int GetBusGeneration(nint device, uint* generation) =>
        ((delegate* unmanaged<nint, uint*, int>)Find("nvmlDeviceGetCurrPcieLinkGeneration"))(device, generation);

    private static int GetBusWidth(nint device, uint* width) =>
        ((delegate* unmanaged<nint, uint*, int>)Find("nvmlDeviceGetCurrPcieLinkWidth"))(device, width);

    private static int GetDriverVersion(byte* text, uint length) =>
        ((delegate* unmanaged<byte*, uint, int>)Find("nvmlSystemGetDriverVersion"))(text, length);
}

using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>The exports of NVIDIA's management library, which is part of the display driver.</summary>
internal sealed unsafe class NvmlLibrary
{
    /// <param name="find">Returns the address of an export by its name, or 0 if it does not exist.</param>
    /// <exception cref="EntryPointNotFoundException">A required export is missing.</exception>
    public NvmlLibrary(Func<string, nint> find)
    {
        Init = (delegate* unmanaged<int>)Required("nvmlInit_v2");
        GetHandleByUuid = (delegate* unmanaged<byte*, nint*, int>)Required("nvmlDeviceGetHandleByUUID");
        GetGpuOfSlice = (delegate* unmanaged<nint, nint*, int>)Required("nvmlDeviceGetDeviceHandleFromMigDeviceHandle");
        GetGpuInstanceId = (delegate* unmanaged<nint, uint*, int>)Required("nvmlDeviceGetGpuInstanceId");
        GetComputeInstanceId = (delegate* unmanaged<nint, uint*, int>)Required("nvmlDeviceGetComputeInstanceId");
        GetTemperature = (delegate* unmanaged<nint, int, uint*, int>)Required("nvmlDeviceGetTemperature");
        EventSetCreate = (delegate* unmanaged<nint*, int>)Required("nvmlEventSetCreate");
        RegisterEvents = (delegate* unmanaged<nint, ulong, nint, int>)Required("nvmlDeviceRegisterEvents");
        EventSetWait = (delegate* unmanaged<nint, NvmlEvent*, uint, int>)Required("nvmlEventSetWait_v2");
        GetProcesses = FindProcesses("nvmlDeviceGetComputeRunningProcesses");
        GetGraphicsProcesses = FindProcesses("nvmlDeviceGetGraphicsRunningProcesses");

        nint Required(string name) =>
            find(name) is var address and not 0 ? address : throw new EntryPointNotFoundException($"NVML does not export {name}.");

        // Drivers before 510 only have the second version, with the same structure. The first version has a smaller structure.
        delegate* unmanaged<nint, uint*, NvmlProcess*, int> FindProcesses(string name) =>
            (delegate* unmanaged<nint, uint*, NvmlProcess*, int>)(find(name + "_v3") is var latest and not 0 ? latest : find(name + "_v2"));
    }

    public delegate* unmanaged<int> Init { get; }

    public delegate* unmanaged<byte*, nint*, int> GetHandleByUuid { get; }

    /// <summary>Fails for a GPU that is not a MIG slice.</summary>
    public delegate* unmanaged<nint, nint*, int> GetGpuOfSlice { get; }

    /// <summary>Fails for a GPU that is not a MIG slice.</summary>
    public delegate* unmanaged<nint, uint*, int> GetGpuInstanceId { get; }

    /// <summary>Fails for a GPU that is not a MIG slice.</summary>
    public delegate* unmanaged<nint, uint*, int> GetComputeInstanceId { get; }

    public delegate* unmanaged<nint, int, uint*, int> GetTemperature { get; }

    public delegate* unmanaged<nint*, int> EventSetCreate { get; }

    public delegate* unmanaged<nint, ulong, nint, int> RegisterEvents { get; }

    public delegate* unmanaged<nint, NvmlEvent*, uint, int> EventSetWait { get; }

    /// <summary>Lists the processes that compute. It is <see langword="null"/> if the library cannot list processes.</summary>
    public delegate* unmanaged<nint, uint*, NvmlProcess*, int> GetProcesses { get; }

    /// <summary>
    /// Lists the processes that draw, such as a desktop. A process that does both is in both lists. It is <see langword="null"/> if the
    /// library cannot list processes.
    /// </summary>
    public delegate* unmanaged<nint, uint*, NvmlProcess*, int> GetGraphicsProcesses { get; }

    /// <summary>Loads the library. Returns <see langword="null"/> if it does not exist or is too old.</summary>
    public static NvmlLibrary? TryLoad()
    {
        var name = OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1";
        if (!NativeLibrary.TryLoad(name, out var library))
            return null;
        try
        {
            return new NvmlLibrary(name => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0);
        }
        catch (EntryPointNotFoundException)
        {
            NativeLibrary.Free(library);
            return null;
        }
    }
}

using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>The exports of NVIDIA's management library, which comes with the display driver.</summary>
internal sealed unsafe class NvmlLibrary
{
    private NvmlLibrary(nint library)
    {
        Init = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "nvmlInit_v2");
        GetHandleByUuid = (delegate* unmanaged<byte*, nint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetHandleByUUID");
        GetGpuOfSlice = (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(
            library, "nvmlDeviceGetDeviceHandleFromMigDeviceHandle");
        GetGpuInstanceId = (delegate* unmanaged<nint, uint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetGpuInstanceId");
        GetComputeInstanceId = (delegate* unmanaged<nint, uint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetComputeInstanceId");
        GetTemperature = (delegate* unmanaged<nint, int, uint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetTemperature");
        EventSetCreate = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(library, "nvmlEventSetCreate");
        RegisterEvents = (delegate* unmanaged<nint, ulong, nint, int>)NativeLibrary.GetExport(library, "nvmlDeviceRegisterEvents");
        EventSetWait = (delegate* unmanaged<nint, NvmlEvent*, uint, int>)NativeLibrary.GetExport(library, "nvmlEventSetWait_v2");
        GetProcesses = (delegate* unmanaged<nint, uint*, NvmlProcess*, int>)NativeLibrary.GetExport(
            library, "nvmlDeviceGetComputeRunningProcesses_v3");
        GetGraphicsProcesses = (delegate* unmanaged<nint, uint*, NvmlProcess*, int>)NativeLibrary.GetExport(
            library, "nvmlDeviceGetGraphicsRunningProcesses_v3");
    }

    public delegate* unmanaged<int> Init { get; }

    public delegate* unmanaged<byte*, nint*, int> GetHandleByUuid { get; }

    /// <summary>Fails for a GPU that is not a slice (MIG) of one.</summary>
    public delegate* unmanaged<nint, nint*, int> GetGpuOfSlice { get; }

    /// <summary>Fails for a GPU that is not a slice (MIG) of one.</summary>
    public delegate* unmanaged<nint, uint*, int> GetGpuInstanceId { get; }

    /// <summary>Fails for a GPU that is not a slice (MIG) of one.</summary>
    public delegate* unmanaged<nint, uint*, int> GetComputeInstanceId { get; }

    public delegate* unmanaged<nint, int, uint*, int> GetTemperature { get; }

    public delegate* unmanaged<nint*, int> EventSetCreate { get; }

    public delegate* unmanaged<nint, ulong, nint, int> RegisterEvents { get; }

    public delegate* unmanaged<nint, NvmlEvent*, uint, int> EventSetWait { get; }

    public delegate* unmanaged<nint, uint*, NvmlProcess*, int> GetProcesses { get; }

    /// <summary>Those that draw, such as a desktop; a process that does both is in both lists.</summary>
    public delegate* unmanaged<nint, uint*, NvmlProcess*, int> GetGraphicsProcesses { get; }

    /// <summary>Loads the library; <see langword="null"/> where there is none, or one that is too old to have all exports.</summary>
    public static NvmlLibrary? TryLoad()
    {
        var name = OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1";
        if (!NativeLibrary.TryLoad(name, out var library))
            return null;
        try
        {
            return new NvmlLibrary(library);
        }
        catch (EntryPointNotFoundException)
        {
            NativeLibrary.Free(library);
            return null;
        }
    }
}

using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>nvmlEventData_t</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NvmlEvent
{
    public nint Device;
    public ulong Type;
    public ulong Data;
    public uint GpuInstance;
    public uint ComputeInstance;
}

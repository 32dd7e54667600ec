using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>nvmlProcessInfo_v2_t</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NvmlProcess
{
    public uint Id;
    public ulong UsedBytes;
    public uint GpuInstance;
    public uint ComputeInstance;
}

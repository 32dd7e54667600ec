using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>CUmemAllocationProp</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CudaAllocation
{
    private const int PinnedAllocation = 1;
    private const int DeviceLocation = 1;

    public int Type;
    public int HandleTypes;
    public int LocationType;
    public int LocationId;
    public nint Metadata;
    public ulong Flags;

    /// <summary>Returns the properties of memory on a device.</summary>
    public static CudaAllocation On(int device) =>
        new() { Type = PinnedAllocation, LocationType = DeviceLocation, LocationId = device };
}

using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Driver;

/// <summary>CUmemAccessDesc</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CudaAccess
{
    private const int DeviceLocation = 1;
    private const int ReadAndWrite = 3;

    public int LocationType;
    public int LocationId;
    public int Flags;

    /// <summary>Returns read and write access for a device.</summary>
    public static CudaAccess By(int device) => new() { LocationType = DeviceLocation, LocationId = device, Flags = ReadAndWrite };
}

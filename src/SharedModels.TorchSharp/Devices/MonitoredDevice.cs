namespace SharedModels.TorchSharp.Devices;

/// <summary>A device in the manager's books and in the driver's.</summary>
internal sealed record MonitoredDevice(Device Device, long BookedBytes, CudaDeviceReading? Reading)
{
    /// <summary>Bytes taken beyond the books: blocks that libtorch's allocator keeps for reuse, and what nobody declared.</summary>
    public long? DriftBytes => Reading?.TakenBytes - BookedBytes;
}

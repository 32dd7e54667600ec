namespace SharedModels.Cuda.Devices;

/// <summary>A device as the manager and the driver see it.</summary>
internal sealed record MonitoredDevice(Device Device, long ReservedBytes, CudaDeviceReading? Reading)
{
    /// <summary>
    /// Bytes taken beyond the manager's reservations: blocks that libtorch's allocator keeps for reuse, and what nobody declared.
    /// </summary>
    public long? DriftBytes => Reading?.TakenBytes - ReservedBytes;
}

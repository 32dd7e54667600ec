namespace SharedModels.Cuda.Devices;

/// <summary>A device as the manager and the driver saw it at the last reading.</summary>
/// <param name="Device">The device.</param>
/// <param name="ReservedBytes">The bytes that the manager had reserved at that time.</param>
/// <param name="Reading">The answer of the driver, or <see langword="null"/> before the first reading and after a failed one.</param>
/// <param name="Age">The time since the reading, or <see langword="null"/> before the first one.</param>
/// <param name="Problem">The problem with the device and the remedy, or <see langword="null"/>.</param>
internal sealed record MonitoredDevice(
    Device Device, long ReservedBytes, CudaDeviceReading? Reading, TimeSpan? Age = null, string? Problem = null)
{
    /// <summary>
    /// Bytes taken beyond the manager's reservations: blocks that libtorch's allocator keeps for reuse, and what nobody declared.
    /// </summary>
    public long? DriftBytes => Reading?.TakenBytes - ReservedBytes;
}

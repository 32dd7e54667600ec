namespace SharedModels.Cuda.Devices;

/// <summary>A device as the manager and the driver saw it at the last reading.</summary>
/// <param name="Device">The device.</param>
/// <param name="ReservedBytes">The bytes that the manager had reserved at that time.</param>
/// <param name="Reading">What the driver said; <see langword="null"/> before the first reading, and if it gave no answer.</param>
/// <param name="Age">The time since the reading; <see langword="null"/> before the first one.</param>
/// <param name="Problem">What is wrong with the device, with the remedy; <see langword="null"/> as far as it is well.</param>
internal sealed record MonitoredDevice(
    Device Device, long ReservedBytes, CudaDeviceReading? Reading, TimeSpan? Age = null, string? Problem = null)
{
    /// <summary>
    /// Bytes taken beyond the manager's reservations: blocks that libtorch's allocator keeps for reuse, and what nobody declared.
    /// </summary>
    public long? DriftBytes => Reading?.TakenBytes - ReservedBytes;
}

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
    /// The working memory that models on this device declare and do not use now. An engine's allocator keeps as much of what it once
    /// needed.
    /// </summary>
    public long IdleWorkingBytes { get; init; }

    /// <summary>Bytes that are taken beyond the reservations, and may be what an engine's allocator keeps for the next use.</summary>
    public long? CachedBytes => Unreserved is { } bytes ? Math.Clamp(bytes, 0, IdleWorkingBytes) : null;

    /// <summary>Bytes that are taken and that nobody declared.</summary>
    public long? DriftBytes => Unreserved - CachedBytes;

    private long? Unreserved => Reading?.TakenBytes - Reading?.RetainedBytes - ReservedBytes;
}

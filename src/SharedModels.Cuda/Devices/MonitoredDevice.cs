namespace SharedModels.Cuda.Devices;

/// <summary>A device as seen by the manager and the driver at the last reading.</summary>
/// <param name="Device">The device.</param>
/// <param name="ReservedBytes">The bytes that the manager had reserved at that time.</param>
/// <param name="Reading">The driver's reading, or <see langword="null"/> before the first reading and after a failed one.</param>
/// <param name="Age">The time since the reading, or <see langword="null"/> before the first one.</param>
/// <param name="Problem">The problem of the device and the remedy, or <see langword="null"/>.</param>
internal sealed record MonitoredDevice(
    Device Device, long ReservedBytes, CudaDeviceReading? Reading, TimeSpan? Age = null, string? Problem = null)
{
    /// <summary>
    /// The working memory that models on this device declare but do not currently use. An engine's allocator keeps as much memory as it
    /// once needed.
    /// </summary>
    public long IdleWorkingBytes { get; init; }

    /// <summary>The bytes that are taken beyond the reservations and may be kept by an engine's allocator for the next use.</summary>
    public long? CachedBytes => Unreserved is { } bytes ? Math.Clamp(bytes, 0, IdleWorkingBytes) : null;

    /// <summary>The bytes that are taken without being declared.</summary>
    public long? DriftBytes => Unreserved - CachedBytes;

    private long? Unreserved => Reading?.TakenBytes - Reading?.RetainedBytes - ReservedBytes;
}

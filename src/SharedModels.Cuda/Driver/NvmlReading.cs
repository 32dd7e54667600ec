namespace SharedModels.Cuda.Driver;

/// <summary>A device's state as the management library sees it.</summary>
/// <param name="OtherProcessesBytes">
/// Bytes that other processes have on the device; <see langword="null"/> where that cannot be told.
/// </param>
/// <param name="TemperatureCelsius">The device's temperature, where it has a sensor.</param>
/// <param name="CriticalXids">The critical Xid errors that the kernel's driver has reported since the last reading.</param>
internal sealed record NvmlReading(long? OtherProcessesBytes, int? TemperatureCelsius, IReadOnlyList<long> CriticalXids);

namespace SharedModels.Cuda.Driver;

/// <summary>The state of a device in the management library.</summary>
/// <param name="OtherProcessesBytes">
/// The bytes that other processes take on the device, or <see langword="null"/> if they are unknown.
/// </param>
/// <param name="TemperatureCelsius">The temperature of the device, if it has a sensor.</param>
/// <param name="CriticalXids">The critical Xid errors that the kernel driver has reported since the last reading.</param>
internal sealed record NvmlReading(long? OtherProcessesBytes, int? TemperatureCelsius, IReadOnlyList<long> CriticalXids);

namespace SharedModels.Cuda.Devices;

/// <summary>What a device is like now.</summary>
/// <param name="TakenBytes">
/// Bytes that this process has taken since it began: models, what they work with, and blocks that libtorch keeps for reuse.
/// </param>
/// <param name="OtherProcessesBytes">Bytes that other processes have, where NVML tells.</param>
/// <param name="TemperatureCelsius">The temperature, where NVML tells.</param>
internal sealed record CudaDeviceReading(long TakenBytes, long? OtherProcessesBytes, int? TemperatureCelsius);

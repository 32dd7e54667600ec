namespace SharedModels.Cuda.Devices;

/// <summary>The state of a device.</summary>
/// <param name="TakenBytes">
/// Bytes that this process has taken since it began: models, what they work with, and memory that is kept for reuse.
/// </param>
/// <param name="OtherProcessesBytes">Bytes that other processes have, if NVML knows them.</param>
/// <param name="TemperatureCelsius">The temperature, if NVML knows it.</param>
internal sealed record CudaDeviceReading(long TakenBytes, long? OtherProcessesBytes, int? TemperatureCelsius)
{
    /// <summary>Those of the taken bytes that models have left and that return to the driver soon.</summary>
    public long RetainedBytes { get; init; }
}

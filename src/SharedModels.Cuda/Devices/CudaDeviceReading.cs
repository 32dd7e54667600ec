namespace SharedModels.Cuda.Devices;

/// <summary>The state of a device.</summary>
/// <param name="TakenBytes">
/// The bytes that this process has taken since it started: models, their working memory, and memory that is kept for reuse.
/// </param>
/// <param name="OtherProcessesBytes">The bytes that other processes take, if NVML reports them.</param>
/// <param name="TemperatureCelsius">The temperature, if NVML reports it.</param>
internal sealed record CudaDeviceReading(long TakenBytes, long? OtherProcessesBytes, int? TemperatureCelsius)
{
    /// <summary>The part of the taken bytes that models have left and that will be returned to the driver soon.</summary>
    public long RetainedBytes { get; init; }
}

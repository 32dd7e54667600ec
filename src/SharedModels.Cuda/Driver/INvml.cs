namespace SharedModels.Cuda.Driver;

/// <summary>What is asked of NVIDIA's management library, where the machine has it. Safe for use by many threads.</summary>
internal interface INvml
{
    /// <summary>Reads a device's state; <see langword="null"/> if it is not known to the library, or does not answer.</summary>
    /// <param name="uuid">The device's id, as the CUDA driver tells it.</param>
    NvmlReading? Read(string uuid);
}

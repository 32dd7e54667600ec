namespace SharedModels.Cuda.Driver;

/// <summary>The functions of NVIDIA's management library, if the machine has it. Safe for use by many threads.</summary>
internal interface INvml
{
    /// <summary>
    /// Reads the state of a device. Returns <see langword="null"/> if the library does not know the device or does not respond.
    /// </summary>
    /// <param name="uuid">The id of the device from the CUDA driver.</param>
    NvmlReading? Read(string uuid);
}

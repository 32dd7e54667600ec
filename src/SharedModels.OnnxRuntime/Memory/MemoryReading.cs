using SharedModels.Cuda.Driver;

namespace SharedModels.OnnxRuntime.Memory;

/// <summary>The memory of the process and of a device at one time. ONNX Runtime does not report what a session takes.</summary>
/// <param name="HostBytes">The bytes that the process takes.</param>
/// <param name="FreeDeviceBytes">The bytes that are free on the accelerator, if its driver reports them.</param>
internal readonly record struct MemoryReading(long HostBytes, long? FreeDeviceBytes)
{
    // Other code of the process allocates while a session is created.
    private const long MaxUnexpectedBytes = 32L << 20;

    /// <summary>Reads the memory, after freed memory has been returned to the system.</summary>
    public static MemoryReading Take(Device device)
    {
        HeapTrim.Run();
        long? free = device.Kind == "cuda" && CudaDriver.Shared is { } driver && device.Index < driver.DeviceCount
            ? driver.GetMemory(device.Index).FreeBytes
            : null;
        return new(ProcessMemory.Read(), free);
    }

    /// <summary>
    /// Returns the memory that a session takes, from the readings before and after its creation. A session takes at least its weights, and
    /// what goes far beyond them is not its own.
    /// </summary>
    public static ModelFootprint Between(MemoryReading before, MemoryReading after, long weightBytes, Device device, long workingBytes)
    {
        var host = after.HostBytes - before.HostBytes;
        var most = weightBytes + (weightBytes / 4) + MaxUnexpectedBytes;
        if (device.IsCpu)
            return new(Math.Clamp(host, weightBytes, most), DeviceBytes: 0, workingBytes);
        var onDevice = before.FreeDeviceBytes - after.FreeDeviceBytes ?? weightBytes;
        return new(Math.Clamp(host, 0, most), Math.Clamp(onDevice, weightBytes, (2 * weightBytes) + MaxUnexpectedBytes), workingBytes);
    }
}

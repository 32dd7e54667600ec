namespace SharedModels.Cuda.Driver;

/// <summary>
/// What is needed of the CUDA driver. Every call that fails throws a <see cref="CudaException"/>. A stream of 0 is the one that libtorch
/// computes on. Safe for use by many threads; the calling thread's current context is as before afterwards.
/// </summary>
internal interface ICudaDriver
{
    /// <summary>Devices that this process may see, in the order in which libtorch counts them.</summary>
    int DeviceCount { get; }

    /// <summary>Devices on which this process has a context: none where libtorch cannot use them.</summary>
    IEnumerable<int> DevicesInUse { get; }

    string GetName(int device);

    /// <summary>The device's id, as NVML writes it behind <c>GPU-</c> or <c>MIG-</c>.</summary>
    string GetUuid(int device);

    /// <summary>Makes the device's primary context, which libtorch uses too, and keeps it until the process ends.</summary>
    void RetainContext(int device);

    (long FreeBytes, long TotalBytes) GetMemory(int device);

    /// <summary>Waits for all that was asked of the device, and finds errors of it.</summary>
    void Synchronize(int device);

    /// <summary>Makes a stream that does not wait for the one of 0.</summary>
    nint CreateStream(int device);

    void DestroyStream(int device, nint stream);

    void SynchronizeStream(int device, nint stream);

    nint CreateEvent(int device);

    void DestroyEvent(int device, nint cudaEvent);

    void RecordEvent(int device, nint cudaEvent, nint stream);

    /// <summary>Has a stream wait for an event; the calling thread does not.</summary>
    void WaitForEvent(int device, nint stream, nint cudaEvent);

    /// <summary>
    /// Pins host memory through the context of one device, so that all devices copy from it at the full speed of the bus.
    /// </summary>
    void RegisterHost(int device, nint address, long bytes);

    void UnregisterHost(int device, nint address);

    void CopyToDevice(int device, nint destination, nint source, long bytes, nint stream);

    void CopyToHost(int device, nint destination, nint source, long bytes, nint stream);

    nint Allocate(int device, long bytes);

    void Free(int device, nint address);
}

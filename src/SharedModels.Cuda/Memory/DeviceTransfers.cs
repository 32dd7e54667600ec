using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Memory;

/// <summary>Copies between the host and devices while those compute, on a separate stream for each device.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class DeviceTransfers(ICudaDriver driver) : IDisposable
{
    /// <summary>The stream that libtorch computes on, unless told otherwise.</summary>
    private const nint ComputeStream = 0;

    private readonly Dictionary<int, nint> _streams = [];
    private long _bytesToDevice;
    private long _bytesToHost;

    /// <summary>Bytes that were ever copied to devices.</summary>
    public long BytesToDevice => Interlocked.Read(ref _bytesToDevice);

    /// <summary>Bytes that were ever copied from devices.</summary>
    public long BytesToHost => Interlocked.Read(ref _bytesToHost);

    /// <summary>Copies to a device; ends when the bytes are there, while other models compute.</summary>
    public void CopyIn(int device, IReadOnlyList<DeviceCopy> copies) =>
        Interlocked.Add(ref _bytesToDevice, Copy(
            device, copies, (copy, stream) => driver.CopyToDevice(device, copy.DeviceAddress, copy.HostAddress, copy.Bytes, stream)));

    /// <summary>Copies from a device what its kernels have left there; ends when the bytes are on the host.</summary>
    public void CopyOut(int device, IReadOnlyList<DeviceCopy> copies) =>
        Interlocked.Add(ref _bytesToHost, Copy(
            device, copies, (copy, stream) => driver.CopyToHost(device, copy.HostAddress, copy.DeviceAddress, copy.Bytes, stream)));

    public void Dispose()
    {
        foreach (var (device, stream) in _streams)
        {
            try
            {
                driver.DestroyStream(device, stream);
            }
            catch (CudaException)
            {
                // The streams of a lost device are gone already.
            }
        }

        _streams.Clear();
    }

    private nint StreamOf(int device)
    {
        lock (_streams)
        {
            if (!_streams.TryGetValue(device, out var stream))
                _streams[device] = stream = driver.CreateStream(device);
            return stream;
        }
    }

    private long Copy(int device, IReadOnlyList<DeviceCopy> copies, Action<DeviceCopy, nint> copy)
    {
        var stream = StreamOf(device);

        // Kernels may still be at work on the memory; on new one too, since
        // libtorch hands out what it freed and relies on its stream's order.
        WaitForCompute(device, stream);
        try
        {
            foreach (var part in copies.Where(static part => part.Bytes > 0))
                copy(part, stream);
        }
        finally
        {
            // After a failure too: whoever gave the memory takes it back. It is this thread that waits and not libtorch's stream, in which
            // whatever another model computes meanwhile would wait too.
            driver.SynchronizeStream(device, stream);
        }

        return copies.Sum(static part => part.Bytes);
    }

    private void WaitForCompute(int device, nint stream)
    {
        var marker = driver.CreateEvent(device);
        try
        {
            driver.RecordEvent(device, marker, ComputeStream);
            driver.WaitForEvent(device, stream, marker);
        }
        finally
        {
            // The driver keeps what still waits for it.
            driver.DestroyEvent(device, marker);
        }
    }
}

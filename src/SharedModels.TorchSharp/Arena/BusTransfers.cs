using SharedModels.TorchSharp.Cuda;

namespace SharedModels.TorchSharp.Arena;

/// <summary>Copies between the host and devices beside what a device computes, on a stream of its own for each device.</summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class BusTransfers(ICudaDriver driver) : IDisposable
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

    /// <summary>Copies to a device; ends when the bytes are there.</summary>
    public void CopyIn(int device, IReadOnlyList<BusCopy> copies)
    {
        var stream = StreamOf(device);

        // libtorch may have handed out memory that kernels in the compute stream still read: it relies on its stream's order.
        After(device, ComputeStream, stream);
        try
        {
            foreach (var copy in copies.Where(static copy => copy.Bytes > 0))
                driver.CopyToDevice(device, copy.DeviceAddress, copy.HostAddress, copy.Bytes, stream);
            After(device, stream, ComputeStream);
        }
        finally
        {
            // After a failure too: whoever gave the memory takes it back.
            driver.SynchronizeStream(device, stream);
        }

        Interlocked.Add(ref _bytesToDevice, copies.Sum(static copy => copy.Bytes));
    }

    /// <summary>Copies from a device what its kernels have left there; ends when the bytes are on the host.</summary>
    public void CopyOut(int device, IReadOnlyList<BusCopy> copies)
    {
        var stream = StreamOf(device);
        After(device, ComputeStream, stream);
        try
        {
            foreach (var copy in copies.Where(static copy => copy.Bytes > 0))
                driver.CopyToHost(device, copy.HostAddress, copy.DeviceAddress, copy.Bytes, stream);
        }
        finally
        {
            driver.SynchronizeStream(device, stream);
        }

        Interlocked.Add(ref _bytesToHost, copies.Sum(static copy => copy.Bytes));
    }

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

    /// <summary>Has what is asked of the later stream from now on wait for what was asked of the earlier one.</summary>
    private void After(int device, nint earlier, nint later)
    {
        var marker = driver.CreateEvent(device);
        try
        {
            driver.RecordEvent(device, marker, earlier);
            driver.WaitForEvent(device, later, marker);
        }
        finally
        {
            // The driver keeps what still waits for it.
            driver.DestroyEvent(device, marker);
        }
    }
}

using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Memory;

/// <summary>
/// Copies between the host and devices while those compute, on streams of its own: one for each device and direction. Copies are made in
/// parts, and only a few are under way at once, so that the inputs and outputs of other models pass between them.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class DeviceTransfers(CudaDriver driver) : IDisposable
{
    /// <summary>The stream that libtorch computes on, unless told otherwise.</summary>
    public const nint ComputeStream = 0;

    /// <summary>The bytes of a part: 0.6 ms on a bus of 50 GB/s.</summary>
    public const long PartBytes = 32 << 20;

    /// <summary>Parts under way at once: the bus has the next one when it has done one.</summary>
    private const int MaxParts = 2;

    private readonly Dictionary<(int Device, bool IsIn), nint> _streams = [];
    private long _bytesToDevice;
    private long _bytesToHost;

    /// <summary>Bytes that were ever copied to devices.</summary>
    public long BytesToDevice => Interlocked.Read(ref _bytesToDevice);

    /// <summary>Bytes that were ever copied from devices.</summary>
    public long BytesToHost => Interlocked.Read(ref _bytesToHost);

    /// <summary>
    /// Copies to memory of a device that nothing uses, such as a new block of the pool; returns when the bytes are there. It waits for no
    /// kernel, so that other models compute meanwhile.
    /// </summary>
    public void CopyIn(int device, DeviceCopy copy)
    {
        var hasBegun = false;
        Copy(device, copy, isIn: true, driver.CopyToDevice, ref hasBegun);
        Interlocked.Add(ref _bytesToDevice, copy.Bytes);
    }

    /// <summary>Copies from a device what its kernels have left there; returns when the bytes are on the host.</summary>
    /// <param name="device">The device.</param>
    /// <param name="copy">The bytes.</param>
    /// <param name="hasBegun">Set once bytes on the host may have changed, also if the copy fails.</param>
    public void CopyOut(int device, DeviceCopy copy, ref bool hasBegun)
    {
        Copy(
            device,
            copy,
            isIn: false,
            (number, onDevice, onHost, bytes, stream) => driver.CopyToHost(number, onHost, onDevice, bytes, stream),
            ref hasBegun);
        Interlocked.Add(ref _bytesToHost, copy.Bytes);
    }

    public void Dispose()
    {
        foreach (var ((device, _), stream) in _streams)
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

    private nint StreamOf(int device, bool isIn)
    {
        lock (_streams)
        {
            if (!_streams.TryGetValue((device, isIn), out var stream))
                _streams[(device, isIn)] = stream = driver.CreateStream(device);
            return stream;
        }
    }

    /// <summary>Copies part by part. The last parameter takes the device's address before the host's.</summary>
    private void Copy(int device, DeviceCopy copy, bool isIn, Action<int, nint, nint, long, nint> start, ref bool hasBegun)
    {
        if (copy.Bytes == 0)
            return;
        var stream = StreamOf(device, isIn);
        Span<nint> events = stackalloc nint[MaxParts];
        events.Clear();
        var isDone = false;
        try
        {
            foreach (ref var marker in events)
                marker = driver.CreateEvent(device);

            if (!isIn)
            {
                // This thread waits, so that the fault of a kernel is seen before anything on the host is overwritten.
                driver.RecordEvent(device, events[0], ComputeStream);
                driver.SynchronizeEvent(device, events[0]);
            }

            var parts = (copy.Bytes + PartBytes - 1) / PartBytes;
            for (var part = 0L; part < parts; part++)
            {
                var marker = events[(int)(part % MaxParts)];
                if (part >= MaxParts)
                    driver.SynchronizeEvent(device, marker);
                var at = (nint)(part * PartBytes);
                hasBegun = true;
                start(device, copy.DeviceAddress + at, copy.HostAddress + at, Math.Min(PartBytes, copy.Bytes - at), stream);
                driver.RecordEvent(device, marker, stream);
            }

            // It is this thread that waits and not libtorch's stream, in which whatever another model computes would wait too.
            driver.SynchronizeEvent(device, events[(int)((parts - 1) % MaxParts)]);
            isDone = true;
        }
        finally
        {
            // After a failure, whoever gave the memory takes it back.
            if (!isDone)
                Quietly(() => driver.SynchronizeStream(device, stream));
            foreach (var marker in events)
            {
                if (marker != 0)
                    Quietly(() => driver.DestroyEvent(device, marker));
            }
        }
    }

    /// <summary>Ends what a failure has left, which is the failure to report.</summary>
    private static void Quietly(Action end)
    {
        try
        {
            end();
        }
        catch (CudaException)
        {
            // A device that is lost does nothing more.
        }
    }
}

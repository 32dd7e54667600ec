using System.Collections.Concurrent;
using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Memory;

/// <summary>
/// Copies between the host and devices while the devices compute, on separate streams: one for each device and direction. Copies are
/// split into parts, of which only a few are in flight, so that the inputs and outputs of other models can be transferred in between.
/// </summary>
/// <remarks>Safe for use by many threads.</remarks>
internal sealed class DeviceTransfers(CudaDriver driver) : IDisposable
{
    /// <summary>The stream that libtorch computes on by default.</summary>
    public const nint ComputeStream = 0;

    /// <summary>The bytes of a part: 0.6 ms on a bus of 50 GB/s.</summary>
    public const long PartBytes = 32 << 20;

    /// <summary>The number of parts in flight, so that the next part is ready when the bus has finished one.</summary>
    private const int MaxParts = 2;

    private readonly ConcurrentDictionary<(int Device, bool IsIn), Lazy<nint>> _streams = [];
    private long _bytesToDevice;
    private long _bytesToHost;

    /// <summary>The total number of bytes copied to devices.</summary>
    public long BytesToDevice => Interlocked.Read(ref _bytesToDevice);

    /// <summary>The total number of bytes copied from devices.</summary>
    public long BytesToHost => Interlocked.Read(ref _bytesToHost);

    /// <summary>
    /// Copies to unused device memory, such as a new block of the pool, and returns when the copy is complete. It does not wait for
    /// kernels, so that other models can compute in the meantime.
    /// </summary>
    public void CopyIn(int device, DeviceCopy copy)
    {
        var hasBegun = false;
        Copy(device, copy, isIn: true, driver.CopyToDevice, ref hasBegun);
        Interlocked.Add(ref _bytesToDevice, copy.Bytes);
    }

    /// <summary>Copies the results of kernels from a device, and returns when the copy is complete.</summary>
    /// <param name="device">The device.</param>
    /// <param name="copy">The bytes.</param>
    /// <param name="hasBegun">Set when bytes on the host may have changed, even if the copy fails.</param>
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
        // The streams of a lost device no longer exist.
        foreach (var ((device, _), stream) in _streams)
        {
            if (stream.IsValueCreated)
                Quietly(() => driver.DestroyStream(device, stream.Value));
        }

        _streams.Clear();
    }

    /// <summary>Returns the stream of a device and direction. A driver call that hangs blocks only the copies of its device.</summary>
    private nint StreamOf(int device, bool isIn)
    {
        var stream = _streams.GetOrAdd((device, isIn), key => new(() => driver.CreateStream(key.Device)));
        try
        {
            return stream.Value;
        }
        catch
        {
            // The next copy tries again.
            _streams.TryRemove(new((device, isIn), stream));
            throw;
        }
    }

    /// <summary>Copies part by part. <paramref name="start"/> takes the address on the device before the address on the host.</summary>
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
                // This thread waits, so that a fault in a kernel is detected before anything on the host is overwritten.
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

            // This thread waits instead of libtorch's stream, because the work of other models on that stream would have to wait too.
            driver.SynchronizeEvent(device, events[(int)((parts - 1) % MaxParts)]);
            isDone = true;
        }
        finally
        {
            // After a failure, the owner of the memory frees it, so the copy must have ended.
            if (!isDone)
                Quietly(() => driver.SynchronizeStream(device, stream));
            foreach (var marker in events)
            {
                if (marker != 0)
                    Quietly(() => driver.DestroyEvent(device, marker));
            }
        }
    }

    /// <summary>Cleans up after a failure and ignores further errors, because the first failure is the one to report.</summary>
    private static void Quietly(Action end)
    {
        try
        {
            end();
        }
        catch (CudaException)
        {
            // A lost device does nothing more.
        }
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Diagnostics;
using SharedModels.Cuda.Driver;
using SharedModels.Devices;

namespace SharedModels.Cuda.Memory;

/// <summary>
/// Device memory for weights. The driver allocates it in chunks that are mapped to consecutive addresses, so that freed memory can be
/// used for blocks of any size. Memory that is not used again within a short time is returned to the driver, where other libraries and
/// processes can allocate it.
/// </summary>
/// <remarks>
/// Published measurements of moving weights into fresh and into recycled memory differ by a factor of six (9 and 56 GB/s), because the
/// driver clears fresh pages. This is the reason for keeping chunks. Safe for use by many threads.
/// </remarks>
internal sealed class DeviceMemoryPool(CudaDriver driver, TimeSpan retention, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>The bytes of a chunk, except for the last chunk of a block.</summary>
    public const long ChunkBytes = 32 << 20;

    private readonly ConcurrentDictionary<int, FreeChunks> _free = new();
    private readonly ConcurrentDictionary<int, long> _granularities = new();
    private readonly ConcurrentQueue<Action<int>> _releases = new();
    private bool _isDisposed;

    /// <summary>
    /// Adds an action that makes an engine's allocator free its cached memory on a device. It is called when a block does not fit.
    /// </summary>
    public void OnShortage(Action<int> release) => _releases.Enqueue(release);

    /// <summary>Returns the bytes that are neither in use nor returned to the driver.</summary>
    public long GetRetainedBytes(int device) => _free.TryGetValue(device, out var free) ? free.Bytes : 0;

    /// <summary>
    /// Returns the bytes that a block takes on a device: the requested bytes, rounded up to what the devices in use map.
    /// </summary>
    public long GetTakenBytes(long bytes) => driver.DevicesInUse
        .Select(device => RoundUp(bytes, GranularityOf(device)))
        .DefaultIfEmpty(bytes)
        .Max();

    /// <summary>Allocates memory, whose content is undefined.</summary>
    /// <exception cref="CudaException">
    /// The device has too little memory, even after releasing all retained memory, or is lost.
    /// </exception>
    public DeviceBlock Allocate(int device, long bytes)
    {
        var granularity = GranularityOf(device);
        if (granularity == 0)
            return new(device, WithRelease(device, () => driver.Allocate(device, bytes)), bytes, []);
        var length = RoundUp(bytes, granularity);
        var chunks = TakeChunks(device, length);
        nint address = 0;
        try
        {
            address = driver.ReserveAddresses(device, length);
            Map(device, address, length, chunks);
        }
        catch
        {
            if (address != 0)
                Try(() => driver.FreeAddresses(device, address, length));
            Return(device, chunks);
            throw;
        }

        // The remaining memory may be needed as working memory.
        Trim(device);
        return new(device, address, length, chunks);
    }

    /// <summary>
    /// Frees memory when the device has finished its work on the compute stream. It never throws: if the driver fails, the memory is lost
    /// with the device.
    /// </summary>
    public void Free(DeviceBlock block)
    {
        var device = block.Device;
        if (!Try(() => driver.SynchronizeStream(device, DeviceTransfers.ComputeStream)))
            return;
        if (block.Chunks.Count == 0)
        {
            Try(() => driver.Free(device, block.Address));
            return;
        }

        if (!Try(() => driver.Unmap(device, block.Address, block.Bytes)))
            return;
        Try(() => driver.FreeAddresses(device, block.Address, block.Bytes));
        Return(device, block.Chunks);
    }

    /// <summary>Returns the retained memory of a device to the driver.</summary>
    public void Trim(int device)
    {
        if (_free.TryGetValue(device, out var free))
            free.ReleaseAll(chunk => Release(device, chunk));
    }

    /// <summary>
    /// Returns the retained memory of a device to the driver, and lets the engines' allocators do the same. It never throws.
    /// </summary>
    public void ReleaseAll(int device)
    {
        foreach (var release in _releases.Prepend(Trim))
        {
            try
            {
                release(device);
            }
#pragma warning disable CA1031 // The memory of one engine must not keep another one from working.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.DeviceMemoryLost(logger, exception);
            }
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        foreach (var (device, free) in _free)
        {
            free.Dispose();
            Trim(device);
        }
    }

    private static long RoundUp(long bytes, long unit) => unit == 0 ? bytes : checked((bytes + unit - 1) / unit * unit);

    private long GranularityOf(int device) =>
        _granularities.TryGetValue(device, out var known) ? known : _granularities[device] = driver.GetGranularity(device);

    private List<DeviceChunk> TakeChunks(int device, long length)
    {
        var chunks = new List<DeviceChunk>();
        try
        {
            while (length > 0)
            {
                var bytes = Math.Min(length, ChunkBytes);
                chunks.Add(TakeChunk(device, bytes));
                length -= bytes;
            }

            return chunks;
        }
        catch
        {
            Return(device, chunks);
            throw;
        }
    }

    private DeviceChunk TakeChunk(int device, long bytes)
    {
        if (_free.TryGetValue(device, out var free) && free.TryTake(bytes, out var chunk))
            return chunk;
        return new(WithRelease(device, () => driver.CreateMemory(device, bytes)), bytes);
    }

    /// <summary>Allocates memory. If there is too little, it releases memory that is kept for reuse and tries again.</summary>
    private T WithRelease<T>(int device, Func<T> take)
    {
        foreach (var release in _releases.Prepend(Trim))
        {
            try
            {
                return take();
            }
            catch (CudaException exception) when (CudaErrors.Classify(exception) == DeviceFailure.OutOfMemory)
            {
                release(device);
            }
        }

        return take();
    }

    private void Map(int device, nint address, long length, List<DeviceChunk> chunks)
    {
        var mapped = 0;
        try
        {
            for (var at = address; mapped < chunks.Count; at += (nint)chunks[mapped++].Bytes)
                driver.Map(device, at, chunks[mapped].Bytes, chunks[mapped].Memory);
            driver.AllowAccess(device, address, length);
        }
        catch (CudaException)
        {
            if (mapped > 0)
                Try(() => driver.Unmap(device, address, chunks[..mapped].Sum(static chunk => chunk.Bytes)));
            throw;
        }
    }

    private void Return(int device, IReadOnlyList<DeviceChunk> chunks)
    {
        _free.GetOrAdd(device, MakeFree).Add(chunks, retention);

        // Models can outlive their container.
        if (retention == TimeSpan.Zero || Volatile.Read(ref _isDisposed))
            Trim(device);
    }

    private FreeChunks MakeFree(int device) =>
        new(time.CreateTimer(_ => Trim(device), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));

    private void Release(int device, DeviceChunk chunk) => Try(() => driver.ReleaseMemory(device, chunk.Memory));

    private bool Try(Action release)
    {
        try
        {
            release();
            return true;
        }
        catch (CudaException exception)
        {
            Log.DeviceMemoryLost(logger, exception);
            return false;
        }
    }

    /// <summary>The unused chunks of one device, and the timer that returns them to the driver.</summary>
    private sealed class FreeChunks(ITimer timer) : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly Lock _releasing = new();
        private readonly List<DeviceChunk> _chunks = [];
        private long _bytes;
        private bool _isTimed;

        public long Bytes => Interlocked.Read(ref _bytes);

        public bool TryTake(long bytes, out DeviceChunk chunk)
        {
            lock (_lock)
            {
                var index = _chunks.FindLastIndex(found => found.Bytes == bytes);
                chunk = index < 0 ? default : _chunks[index];
                if (index < 0)
                    return false;
                _chunks.RemoveAt(index);
                _bytes -= bytes;
                return true;
            }
        }

        public void Add(IReadOnlyList<DeviceChunk> chunks, TimeSpan retention)
        {
            lock (_lock)
            {
                _chunks.AddRange(chunks);
                _bytes += chunks.Sum(static chunk => chunk.Bytes);
                if (_isTimed)
                    return;
                _isTimed = true;
            }

            // Chunks that are added later do not postpone the timer.
            timer.Change(retention, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Returns when all existing chunks have been released, by this thread or another.</summary>
        public void ReleaseAll(Action<DeviceChunk> release)
        {
            lock (_releasing)
            {
                foreach (var chunk in TakeAll())
                    release(chunk);
            }
        }

        public void Dispose() => timer.Dispose();

        private List<DeviceChunk> TakeAll()
        {
            lock (_lock)
            {
                List<DeviceChunk> all = [.. _chunks];
                _chunks.Clear();
                _bytes = 0;
                _isTimed = false;
                return all;
            }
        }
    }
}

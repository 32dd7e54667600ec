using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// libtorch's allocator, as far as it affects the driver's memory (c10/cuda/CUDACachingAllocator.cpp, default settings). It allocates
/// segments of 2 MiB for small blocks, of 20 MiB for medium ones and of the requested size above 10 MiB. It splits them, caches freed
/// blocks, and releases whole free segments only when the driver has no more memory.
/// </summary>
internal sealed class CachingAllocator(CudaDriver driver, int device)
{
    private const long MiB = 1 << 20;

    private readonly List<(nint Address, long Bytes, SortedDictionary<long, long> Used)> _segments = [];

    /// <summary>The bytes that it has allocated from the driver.</summary>
    public long ReservedBytes => _segments.Sum(static segment => segment.Bytes);

    /// <summary>Allocates a block and returns its address.</summary>
    public nint Allocate(long bytes)
    {
        bytes = Round(bytes, 512);
        var isSmall = bytes <= MiB;
        foreach (var segment in _segments.Where(segment => segment.Bytes == 2 * MiB == isSmall))
        {
            if (FindGap(segment.Bytes, segment.Used, bytes) is { } offset)
            {
                segment.Used.Add(offset, bytes);
                return segment.Address + (nint)offset;
            }
        }

        var length = isSmall ? 2 * MiB : bytes < 10 * MiB ? 20 * MiB : Round(bytes, 2 * MiB);
        var address = Take(length);
        _segments.Add((address, length, new() { [0] = bytes }));
        return address;
    }

    public void Free(nint address)
    {
        var segment = _segments.Find(segment => address >= segment.Address && address < segment.Address + (nint)segment.Bytes);
        segment.Used.Remove(address - segment.Address);
    }

    /// <summary>Releases the segments that hold no block.</summary>
    public void ReleaseCached()
    {
        foreach (var free in _segments.Where(static segment => segment.Used.Count == 0).ToList())
        {
            driver.Free(device, free.Address);
            _segments.Remove(free);
        }
    }

    private nint Take(long bytes)
    {
        try
        {
            return driver.Allocate(device, bytes);
        }
        catch (CudaException exception) when (exception.Code == CudaCode.OutOfMemory)
        {
            ReleaseCached();
            return driver.Allocate(device, bytes);
        }
    }

    private static long Round(long bytes, long unit) => (bytes + unit - 1) / unit * unit;

    private static long? FindGap(long length, SortedDictionary<long, long> used, long bytes)
    {
        var begin = 0L;
        foreach (var (offset, taken) in used)
        {
            if (offset - begin >= bytes)
                return begin;
            begin = offset + taken;
        }

        return length - begin >= bytes ? begin : null;
    }
}

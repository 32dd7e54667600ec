using SharedModels.Cuda.Driver;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// libtorch's allocator as far as its effect on the driver's memory goes (c10/cuda/CUDACachingAllocator.cpp, default settings): it takes
/// segments of 2 MiB for small blocks, of 20 MiB for medium ones and of what is asked for above 10 MiB, splits them, keeps what is freed,
/// and gives whole free segments back only when the driver has no more memory.
/// </summary>
internal sealed class CachingAllocator(CudaDriver driver, int device)
{
    private const long MiB = 1 << 20;

    private readonly List<(nint Address, long Bytes, SortedDictionary<long, long> Used)> _segments = [];

    /// <summary>Bytes that it has from the driver.</summary>
    public long ReservedBytes => _segments.Sum(static segment => segment.Bytes);

    /// <summary>Takes a block and returns its address.</summary>
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

    private nint Take(long bytes)
    {
        try
        {
            return driver.Allocate(device, bytes);
        }
        catch (CudaException exception) when (exception.Code == CudaCode.OutOfMemory)
        {
            foreach (var free in _segments.Where(static segment => segment.Used.Count == 0).ToList())
            {
                driver.Free(device, free.Address);
                _segments.Remove(free);
            }

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

using System.Collections.Concurrent;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// Pages of host memory that can be freed one by one, and reused at the same address. No other code gets the address meanwhile. With memory
/// of an allocator, another thread might get it before the test checks it.
/// </summary>
internal sealed unsafe class HostPages : IDisposable
{
    public const int PageBytes = 4096;

    private static readonly ConcurrentDictionary<nint, bool> Freed = [];

    private readonly nint _begin;
    private readonly int _count;

    public HostPages(int count)
    {
        _begin = MemoryCalls.Map((nuint)count * PageBytes);
        _count = count;
    }

    /// <summary>The address of a page.</summary>
    public nint this[int page] => _begin + (nint)page * PageBytes;

    /// <summary>The bytes of a page.</summary>
    public Span<byte> Bytes(int page) => new((void*)this[page], PageBytes);

    /// <summary>Frees a page, like an allocator that returns it to the system.</summary>
    public void Free(int page)
    {
        Freed[this[page]] = true;
        MemoryCalls.Drop(this[page], PageBytes);
        MemoryCalls.Protect(this[page], PageBytes, MemoryCalls.NoAccess);
    }

    /// <summary>Reuses a freed page, which starts with zeros.</summary>
    public void Reuse(int page)
    {
        MemoryCalls.Protect(this[page], PageBytes, MemoryCalls.ReadAndWrite);
        Freed.TryRemove(this[page], out _);
    }

    public void Dispose()
    {
        for (var page = 0; page < _count; page++)
            Freed.TryRemove(this[page], out _);
        MemoryCalls.Unmap(_begin, (nuint)_count * PageBytes);
    }

    /// <summary>Indicates whether all pages that contain the bytes are mapped.</summary>
    public static bool AreMapped(nint address, long bytes)
    {
        var (begin, end) = Around(address, bytes);
        return MemoryCalls.AreMapped(begin, end - begin) && !Freed.Keys.Any(page => page >= begin && page < end);
    }

    /// <summary>Returns the range of the pages that contain the bytes.</summary>
    public static (nint Begin, nint End) Around(nint address, long bytes) =>
        (address / PageBytes * PageBytes, (nint)((address + bytes + PageBytes - 1) / PageBytes * PageBytes));
}

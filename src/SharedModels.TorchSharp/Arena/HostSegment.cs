using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>A segment on the host: a tensor that begins at a page's begin, locked if the budget allows it.</summary>
internal sealed unsafe class HostSegment : IDisposable
{
    private readonly ArenaSegment _segment;
    private readonly PageLocks _locks;
    private readonly torch.Tensor _memory;

    public HostSegment(ArenaSegment segment, PageLocks locks)
    {
        _segment = segment;
        _locks = locks;
        var spare = PageLocks.PageBytes / segment.ElementBytes;
        _memory = torch.empty([segment.Elements + spare], (torch.ScalarType)segment.Kind).DetachFromDisposeScope();
        var begin = AddressOf(_memory);
        var gap = (PageLocks.PageBytes - begin % PageLocks.PageBytes) % PageLocks.PageBytes;
        Address = begin + gap;
        Tensor = View(_memory, gap / segment.ElementBytes, segment.Elements, [segment.Elements]).DetachFromDisposeScope();
        IsLocked = locks.TryLock(Address, segment.Bytes);
    }

    public nint Address { get; }

    public torch.Tensor Tensor { get; }

    public bool IsLocked { get; }

    public void Dispose()
    {
        if (IsLocked)
            _locks.Unlock(Address, _segment.Bytes);
        Tensor.Dispose();
        _memory.Dispose();
    }

    /// <summary>The address of a tensor on the host; of its first element alone, since a span ends at 2 GB.</summary>
    public static nint AddressOf(torch.Tensor tensor)
    {
        using var first = tensor.narrow(0, 0, 1);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    public static torch.Tensor View(torch.Tensor memory, long first, long count, long[] shape)
    {
        using var flat = memory.narrow(0, first, count);
        return flat.view(shape);
    }
}

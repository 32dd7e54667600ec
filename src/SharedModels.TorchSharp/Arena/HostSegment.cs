using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharedModels.Cuda.Memory;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>A segment on the host: a tensor that begins on a page boundary, pinned if the budget allows it.</summary>
internal sealed unsafe class HostSegment : IDisposable
{
    private readonly torch.Tensor _memory;
    private readonly PinnedMemory? _pinned;

    public HostSegment(ArenaSegment segment, HostMemoryPinner pinner)
    {
        var page = Environment.SystemPageSize;
        var spare = page / segment.ElementBytes;
        _memory = torch.empty([segment.Elements + spare], (torch.ScalarType)segment.Kind).DetachFromDisposeScope();
        var begin = AddressOf(_memory);
        var gap = (page - begin % page) % page;
        Address = begin + gap;
        Tensor = View(_memory, gap / segment.ElementBytes, segment.Elements, [segment.Elements]).DetachFromDisposeScope();
        _pinned = pinner.TryPin(Address, segment.Bytes) ? new(pinner, Address, segment.Bytes, _memory) : null;
    }

    public nint Address { get; }

    public torch.Tensor Tensor { get; }

    public bool IsPinned => _pinned is not null;

    public void Dispose()
    {
        _pinned?.Dispose();
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

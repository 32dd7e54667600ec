using SharedModels.Cuda.Memory;
using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>Host memory that begins at a page boundary. Views that outlive this object keep the memory alive.</summary>
internal sealed class HostBlock : IDisposable
{
    private readonly torch.Tensor _memory;
    private readonly long _bytes;
    private PinnedMemory? _pinned;

    public HostBlock(long bytes)
    {
        var page = Environment.SystemPageSize;
        _bytes = bytes;
        _memory = torch.empty([bytes + page], torch.ScalarType.Byte).DetachFromDisposeScope();
        var begin = TensorMemory.AddressOf(_memory);
        var gap = (page - begin % page) % page;
        Address = begin + gap;
        Tensor = TensorMemory.View(_memory, torch.ScalarType.Byte, gap, [bytes], [1]);
    }

    public nint Address { get; }

    /// <summary>The bytes.</summary>
    public torch.Tensor Tensor { get; }

    public bool IsPinned => _pinned is not null;

    /// <summary>
    /// Pins the memory if the budget allows it. The driver would clear pages that have not been written one by one, so the memory is
    /// filled first.
    /// </summary>
    public void Pin(HostMemoryPinner pinner)
    {
        if (_pinned is null && pinner.TryPin(Address, _bytes))
            _pinned = new(pinner, Address, _bytes, _memory);
    }

    public void Dispose()
    {
        _pinned?.Dispose();
        Tensor.Dispose();
        if (_pinned is not { IsLeaked: true })
            _memory.Dispose();
    }
}

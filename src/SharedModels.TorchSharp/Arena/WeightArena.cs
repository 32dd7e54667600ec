using SharedModels.Cuda.Memory;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// A model's weights on the host, and for as long as it is there, on a device: one block for each segment, with views as tensors.
/// </summary>
internal sealed class WeightArena : IDisposable
{
    private readonly List<HostSegment> _host = [];
    private readonly DeviceTransfers? _transfers;
    private torch.Tensor[]? _device;

    public WeightArena(ArenaLayout layout, HostMemoryPinner pinner, DeviceTransfers? transfers)
    {
        Layout = layout;
        _transfers = transfers;
        try
        {
            foreach (var segment in layout.Segments)
                _host.Add(new(segment, pinner));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public ArenaLayout Layout { get; }

    public bool IsPinned => _host.TrueForAll(static segment => segment.IsPinned);

    /// <summary>Bytes that it has on a device now.</summary>
    public long DeviceBytes => _device is null ? 0 : Layout.Bytes;

    public nint HostAddress(ArenaSlot slot) => _host[slot.Segment].Address + (nint)slot.Offset;

    /// <summary>A tensor over the weight where it lies now: on the device, if <see cref="MoveIn"/> brought it there.</summary>
    public torch.Tensor View(ArenaSlot slot, bool onHost)
    {
        var memory = onHost ? _host[slot.Segment].Tensor : _device![slot.Segment];
        return HostSegment.View(memory, slot.FirstElement, slot.Entry.Elements, slot.Entry.Shape);
    }

    /// <summary>Copies the weights to a device: one allocation and one copy for each segment.</summary>
    public void MoveIn(Device device, torch.Device place)
    {
        var blocks = new torch.Tensor[_host.Count];
        try
        {
            for (var i = 0; i < blocks.Length; i++)
                blocks[i] = torch
                    .empty([Layout.Segments[i].Elements], (torch.ScalarType)Layout.Segments[i].Kind, place)
                    .DetachFromDisposeScope();
            if (CanTransfer(device))
                _transfers!.CopyIn(device.Index, Copies(blocks));
            else
                CopyEach(blocks, static (block, host) => block.Overwrite(host));
        }
        catch
        {
            foreach (var block in blocks)
                block?.Dispose();
            throw;
        }

        _device = blocks;
    }

    /// <summary>Copies the weights back that use has changed; the device keeps its own.</summary>
    public void CopyBack(Device device)
    {
        if (CanTransfer(device))
            _transfers!.CopyOut(device.Index, Copies(_device!));
        else
            CopyEach(_device!, static (block, host) => host.Overwrite(block));
    }

    /// <summary>Gives the device's memory back; nothing is copied.</summary>
    public void DropDevice()
    {
        foreach (var block in _device ?? [])
            block.Dispose();
        _device = null;
    }

    public void Dispose()
    {
        DropDevice();
        foreach (var segment in _host)
            segment.Dispose();
        _host.Clear();
    }

    private bool CanTransfer(Device device) => _transfers is not null && device.Kind == "cuda" && TensorAddress.IsKnown;

    private DeviceCopy[] Copies(torch.Tensor[] blocks) =>
        [.. _host.Select((segment, i) => new DeviceCopy(segment.Address, TensorAddress.Of(blocks[i]), Layout.Segments[i].Bytes))];

    private void CopyEach(torch.Tensor[] blocks, Action<torch.Tensor, torch.Tensor> copy)
    {
        for (var i = 0; i < blocks.Length; i++)
            copy(blocks[i], _host[i].Tensor);
    }
}

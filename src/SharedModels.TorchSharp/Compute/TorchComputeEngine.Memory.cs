using System.Runtime.InteropServices;
using SharedModels.TorchSharp.Arena;
using SharedModels.Vision.Compute;
using TorchSharp;

namespace SharedModels.TorchSharp.Compute;

/// <content>What goes in, comes out, and is kept.</content>
internal sealed partial class TorchComputeEngine
{
    private readonly HashSet<TorchTensor> _tensors = [];
    private bool _isDisposed;

    public ITensor AddMatrix(params ReadOnlySpan<WeightView> parts)
    {
        RequireParts(parts);
        foreach (ref readonly var part in parts)
            Require(part.Columns == parts[0].Columns, nameof(parts), $"'{part.Name}' with {part.Columns} columns", $"as wide as '{parts[0].Name}' with {parts[0].Columns}");
        return Add(parts, dimension: 0);
    }

    public ITensor AddVector(params ReadOnlySpan<WeightView> parts)
    {
        RequireParts(parts);
        foreach (ref readonly var part in parts)
            Require(part.Rows == 1, nameof(parts), $"'{part.Name}' with {part.Rows} rows", "vectors");
        return Add(parts, dimension: 1);
    }

    public ITensor Upload(ReadOnlySpan<float> values, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Require(values.Length == (long)rows * columns, nameof(values), $"{values.Length} numbers", $"{(long)rows * columns}");
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var scope = torch.NewDisposeScope();
        return Keep(torch.tensor(values.ToArray(), torch.ScalarType.Float32).reshape(rows, columns).to(_type).to(_torchDevice));
    }

    public void Download(ITensor source, Span<float> destination)
    {
        var from = Own(source);
        Require(destination.Length == (long)from.Rows * from.Columns, nameof(destination), $"room for {destination.Length} numbers", $"{(long)from.Rows * from.Columns}");
        using var scope = torch.NewDisposeScope();
        var values = from.Value.to(torch.ScalarType.Float32).to(new torch.Device(DeviceType.CPU)).contiguous();
        MemoryMarshal.Cast<byte, float>(values.bytes).CopyTo(destination);
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var tensor in _tensors.ToList())
            tensor.Dispose();
    }

    internal void Forget(TorchTensor tensor) => _tensors.Remove(tensor);

    private static torch.Tensor Read(in WeightView part)
    {
        var tensor = torch.empty([part.Rows, part.Columns], TypeOf(part.Type));
        ParallelCopy.Run([new(part.Address, HostSegment.AddressOf(tensor), part.ByteCount)], CancellationToken.None);
        return tensor;
    }

    private static torch.ScalarType TypeOf(ElementType type) => type switch
    {
        ElementType.Float16 => torch.ScalarType.Float16,
        ElementType.BFloat16 => torch.ScalarType.BFloat16,
        _ => torch.ScalarType.Float32,
    };

    private TorchTensor Add(ReadOnlySpan<WeightView> parts, long dimension)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var scope = torch.NewDisposeScope();
        var all = new List<torch.Tensor>();
        foreach (ref readonly var part in parts)
            all.Add(Read(part).to(_type).to(_torchDevice));
        return Keep(torch.cat(all, dimension), isWeight: true);
    }

    private TorchTensor Keep(torch.Tensor value, bool isWeight = false)
    {
        var tensor = new TorchTensor(this, value.DetachFromDisposeScope(), isWeight);
        _tensors.Add(tensor);
        return tensor;
    }
}

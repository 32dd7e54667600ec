using System.Runtime.InteropServices;
using SharedModels.Compute;
using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Compute;

/// <content>Adds weights, transfers data and manages the memory.</content>
internal sealed partial class TorchComputeEngine
{
    private readonly HashSet<TorchTensor> _tensors = [];
    private readonly List<EngineWeights> _weights = [];
    private bool _isAway;
    private bool _isDisposed;

    public ITensor AddMatrix(params ReadOnlySpan<WeightView> parts)
    {
        EngineChecks.AddMatrix(parts);
        return Add(parts, Sum(parts, static part => part.Rows), parts[0].Columns);
    }

    public ITensor AddVector(params ReadOnlySpan<WeightView> parts)
    {
        EngineChecks.AddVector(parts);
        return Add(parts, 1, Sum(parts, static part => part.Columns));
    }

    public ITensor Upload(ReadOnlySpan<float> values, int rows, int columns)
    {
        EngineChecks.Upload(values, rows, columns);
        ObjectDisposedException.ThrowIf(_isDisposed, this);

        // A use begins. Memory that was freed for it must not be kept for weights.
        if (Device.Kind == "cuda")
            _runtime.DeviceMemory?.Trim(Device.Index);
        using var scope = torch.NewDisposeScope();
        return Keep(torch.tensor(values.ToArray(), torch.ScalarType.Float32).reshape(rows, columns).to(_type).to(_torchDevice));
    }

    public void Download(ITensor source, Span<float> destination)
    {
        var from = Own(source).Value;
        EngineChecks.Download(source, destination);
        using var scope = torch.NewDisposeScope();
        var values = from.to(torch.ScalarType.Float32).to(new torch.Device(DeviceType.CPU)).contiguous();
        MemoryMarshal.Cast<byte, float>(values.bytes).CopyTo(destination);
    }

    public void Enter()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        try
        {
            foreach (var weights in _weights)
                weights.Enter(Device, _torchDevice);
            _isAway = false;
        }
        catch
        {
            Leave();
            throw;
        }
    }

    public void Leave()
    {
        _isAway = true;
        foreach (var weights in _weights)
            weights.Leave();
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var tensor in _tensors.ToList())
            tensor.Dispose();
        foreach (var weights in _weights)
            weights.Dispose();
        _weights.Clear();
    }

    internal void Forget(TorchTensor tensor) => _tensors.Remove(tensor);

    internal static torch.ScalarType TypeOf(ElementType type) => type switch
    {
        ElementType.Float16 => torch.ScalarType.Float16,
        ElementType.BFloat16 => torch.ScalarType.BFloat16,
        _ => torch.ScalarType.Float32,
    };

    private static int Sum(ReadOnlySpan<WeightView> parts, Func<WeightView, int> count)
    {
        var sum = 0;
        foreach (var part in parts)
            sum = checked(sum + count(part));
        return sum;
    }

    private TorchTensor Add(ReadOnlySpan<WeightView> parts, int rows, int columns)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_weights.Count == 0 || !_weights[^1].IsOpen)
            _weights.Add(new(_type, _runtime));
        var tensor = new TorchTensor(this, rows, columns, isWeight: true);
        _tensors.Add(tensor);
        _weights[^1].Add(tensor, parts);
        return tensor;
    }

    private TorchTensor Keep(torch.Tensor value)
    {
        var tensor = new TorchTensor(this, checked((int)value.shape[0]), checked((int)value.shape[1]), isWeight: false);
        tensor.Bind(value.DetachFromDisposeScope());
        _tensors.Add(tensor);
        return tensor;
    }
}

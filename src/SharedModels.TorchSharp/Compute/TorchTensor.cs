using SharedModels.Compute;
using TorchSharp;

namespace SharedModels.TorchSharp.Compute;

/// <summary>A matrix of TorchSharp's engine. A weight tensor has its value only while the weights are on the device.</summary>
internal sealed class TorchTensor(TorchComputeEngine engine, int rows, int columns, bool isWeight) : ITensor
{
    private torch.Tensor? _value;
    private bool _isDisposed;

    public TorchComputeEngine Engine { get; } = engine;

    public bool IsWeight { get; } = isWeight;

    public bool HasValue => _value is not null;

    public torch.Tensor Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _value ?? throw new InvalidOperationException(
                $"The weights have left {Engine.Device}. Call {nameof(IEvictableComputeEngine.Enter)} first.");
        }
    }

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>Replaces the value of the tensor. It is <see langword="null"/> while weights are not on the device.</summary>
    public void Bind(torch.Tensor? value)
    {
        _value?.Dispose();
        _value = value;
    }

    public void Dispose()
    {
        Bind(null);
        _isDisposed = true;
        Engine.Forget(this);
    }
}

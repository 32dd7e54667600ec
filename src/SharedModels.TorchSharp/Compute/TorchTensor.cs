using SharedModels.Vision.Compute;
using TorchSharp;

namespace SharedModels.TorchSharp.Compute;

/// <summary>A matrix of TorchSharp's engine.</summary>
internal sealed class TorchTensor(TorchComputeEngine engine, torch.Tensor value, bool isWeight) : ITensor
{
    private torch.Tensor? _value = value;

    public TorchComputeEngine Engine { get; } = engine;

    public bool IsWeight { get; } = isWeight;

    public torch.Tensor Value => _value ?? throw new ObjectDisposedException(nameof(ITensor));

    public int Rows { get; } = checked((int)value.shape[0]);

    public int Columns { get; } = checked((int)value.shape[1]);

    public void Dispose()
    {
        if (_value is null)
            return;
        _value.Dispose();
        _value = null;
        Engine.Forget(this);
    }
}

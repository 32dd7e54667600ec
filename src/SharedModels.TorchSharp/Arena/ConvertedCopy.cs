using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>Copies the elements of a dense tensor to a tensor on the host with another element type or other strides.</summary>
internal static class ConvertedCopy
{
    public static void Run(nint source, torch.ScalarType type, torch.Tensor target)
    {
        if (target.NumberOfElements == 0)
            return;
        using var stored = torch.empty(target.shape, type);
        ParallelCopy.Run(
            [new(source, TensorMemory.AddressOf(stored), stored.NumberOfElements * stored.ElementSize)], CancellationToken.None);
        target.copy_(stored);
    }
}

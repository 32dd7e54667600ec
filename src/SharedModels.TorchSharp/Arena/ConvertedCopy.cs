using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>Copies numbers of another element type into a tensor on the host.</summary>
internal static class ConvertedCopy
{
    public static void Run(nint source, torch.ScalarType type, torch.Tensor target)
    {
        if (target.NumberOfElements == 0)
            return;
        using var stored = torch.empty([target.NumberOfElements], type);
        using var view = stored.view(target.shape);
        ParallelCopy.Run(
            [new(source, HostSegment.AddressOf(stored), stored.NumberOfElements * stored.ElementSize)], CancellationToken.None);
        target.Overwrite(view);
    }
}

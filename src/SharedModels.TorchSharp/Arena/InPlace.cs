using TorchSharp;

namespace SharedModels.TorchSharp.Arena;

/// <summary>
/// Operations that change their tensor. Older versions of TorchSharp return a further object for it, which is disposed here; newer ones
/// return the tensor itself, which must not be.
/// </summary>
internal static class InPlace
{
    public static void Overwrite(this torch.Tensor tensor, torch.Tensor source) => End(tensor, tensor.copy_(source));

    /// <summary>Makes the tensor a view of what the source views; both are of one type and on one device.</summary>
    public static void PointTo(this torch.Tensor tensor, torch.Tensor source) => End(tensor, tensor.set_(source));

    /// <summary>Forgets how the tensor was computed, so that it may be changed as it is.</summary>
    public static void Forget(this torch.Tensor tensor)
    {
        if (!tensor.is_leaf)
            End(tensor, tensor.detach_());
    }

    private static void End(torch.Tensor tensor, torch.Tensor returned)
    {
        if (!ReferenceEquals(tensor, returned))
            returned.Dispose();
    }
}

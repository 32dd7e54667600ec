using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// Finds the layers whose weights cuDNN wants in a packed buffer of its own layout. libtorch packs them at each use if they are elsewhere,
/// as they are in an arena, and frees the buffer afterwards (aten/src/ATen/native/cudnn/RNN.cpp).
/// </summary>
internal static class RecurrentModules
{
    // In a script, the layers are known by the names of their parameters only.
    private static readonly string[] Names = ["weight_ih_l", "weight_hh_l", "weight_hr_l", "bias_ih_l", "bias_hh_l"];

    public static long BytesOf(torch.nn.Module module) => ModuleTensors.Of(module)
        .Where(static found => Array.Exists(Names, name => LastPart(found.Name).StartsWith(name, StringComparison.Ordinal)))
        .DistinctBy(static found => TensorMemory.IdentityOf(found.Tensor))
        .Sum(static found => found.Tensor.NumberOfElements * found.Tensor.ElementSize);

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}

using SharedModels.TorchSharp.Native;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// Finds the layers whose weights cuDNN requires in a packed buffer with its own layout. If they are elsewhere, as in an arena, libtorch
/// packs them at each use and frees the buffer afterwards (aten/src/ATen/native/cudnn/RNN.cpp).
/// </summary>
internal static class RecurrentModules
{
    // In a script, the layers can only be recognized by the names of their parameters.
    private static readonly string[] Names = ["weight_ih_l", "weight_hh_l", "weight_hr_l", "bias_ih_l", "bias_hh_l"];

    public static long BytesOf(torch.nn.Module module) => ModuleTensors.Of(module)
        .Where(static found => Array.Exists(Names, name => LastPart(found.Name).StartsWith(name, StringComparison.Ordinal)))
        .DistinctBy(static found => TensorMemory.IdentityOf(found.Tensor))
        .Sum(static found => found.Tensor.NumberOfElements * found.Tensor.ElementSize);

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}

using TorchSharp;
using TorchSharp.Modules;

namespace SharedModels.TorchSharp.Modules;

/// <summary>
/// Finds the layers whose weights cuDNN wants in a packed buffer of its own layout. libtorch packs them at each use if they are elsewhere,
/// as they are in an arena, and frees the buffer afterwards (aten/src/ATen/native/cudnn/RNN.cpp).
/// </summary>
internal static class RecurrentModules
{
    public static long BytesOf(torch.nn.Module module) => module
        .modules()
        .Where(static part => part is LSTM or GRU or RNN)
        .SelectMany(static part => part.parameters())
        .Sum(static parameter => parameter.NumberOfElements * parameter.ElementSize);
}

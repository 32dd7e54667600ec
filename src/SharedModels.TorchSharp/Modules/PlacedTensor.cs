using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>A tensor that lies in an arena.</summary>
/// <param name="Tensor">An object of our own for the tensor.</param>
/// <param name="Slot">Where it lies.</param>
internal sealed record PlacedTensor(torch.Tensor Tensor, ArenaSlot Slot);

using SharedModels.TorchSharp.Arena;
using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>A tensor in an arena.</summary>
/// <param name="Tensor">A separate object that refers to the tensor.</param>
/// <param name="Slot">The position in the arena.</param>
internal sealed record PlacedTensor(torch.Tensor Tensor, ArenaSlot Slot);

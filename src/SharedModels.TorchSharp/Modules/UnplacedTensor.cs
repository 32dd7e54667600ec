using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>A tensor that cannot be in an arena.</summary>
/// <param name="Name">The first name of the tensor in the module.</param>
/// <param name="Host">The copy that stays on the host.</param>
internal sealed record UnplacedTensor(string Name, torch.Tensor Host);

using TorchSharp;

namespace SharedModels.TorchSharp.Modules;

/// <summary>A tensor that cannot lie in an arena.</summary>
/// <param name="Name">Its first name in the module.</param>
/// <param name="Host">The copy that stays on the host.</param>
internal sealed record UnplacedTensor(string Name, torch.Tensor Host);

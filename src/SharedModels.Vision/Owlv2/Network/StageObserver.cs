using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>Observes the activations between the layers. The parity tests compare them.</summary>
internal delegate void StageObserver(string stage, ITensor value);

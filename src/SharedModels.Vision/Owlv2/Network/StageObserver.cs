using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>Sees the activations between the layers: what the parity tests compare. Nothing is called where none is set.</summary>
internal delegate void StageObserver(string stage, ITensor value);

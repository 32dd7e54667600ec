using Orleans;
using Orleans.Runtime;

namespace SharedModels.Orleans.Nodes;

/// <summary>Places a grain on the silo whose address is its key.</summary>
[GenerateSerializer]
[Immutable]
[Alias("SharedModels.PinnedPlacement")]
internal sealed class PinnedPlacement : PlacementStrategy;

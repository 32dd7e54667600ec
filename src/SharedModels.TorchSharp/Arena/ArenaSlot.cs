namespace SharedModels.TorchSharp.Arena;

/// <summary>Where an entry lies.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Offset">Bytes from the block's begin.</param>
internal sealed record ArenaSlot(ArenaEntry Entry, long Offset);

namespace SharedModels.TorchSharp.Arena;

/// <summary>The position of an entry.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Offset">The bytes from the beginning of the block.</param>
internal sealed record ArenaSlot(ArenaEntry Entry, long Offset);

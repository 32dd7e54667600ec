namespace SharedModels.TorchSharp.Arena;

/// <summary>Where an entry lies.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Segment">Which segment it lies in.</param>
/// <param name="Offset">Bytes from the segment's begin.</param>
internal sealed record ArenaSlot(ArenaEntry Entry, int Segment, long Offset)
{
    /// <summary>The same in elements, as tensors count.</summary>
    public long FirstElement => Offset / Entry.ElementBytes;
}

namespace SharedModels.TorchSharp.Arena;

/// <summary>A stretch of memory for all entries of one element type.</summary>
/// <param name="Kind">The number of the element type.</param>
/// <param name="ElementBytes">Bytes of one element.</param>
/// <param name="Bytes">Its length, with the gaps that alignment leaves.</param>
internal sealed record ArenaSegment(int Kind, int ElementBytes, long Bytes)
{
    public long Elements => Bytes / ElementBytes;
}

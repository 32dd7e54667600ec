namespace SharedModels.TorchSharp.Arena;

/// <summary>A parameter or buffer that has to be placed.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="Kind">The number of its element type.</param>
/// <param name="ElementBytes">Bytes of one element.</param>
/// <param name="Shape">Its sides; none for a single number.</param>
internal sealed record ArenaEntry(string Name, int Kind, int ElementBytes, long[] Shape)
{
    public long Elements { get; } = Shape.Aggregate(1L, static (product, side) => checked(product * side));

    public long Bytes => checked(Elements * ElementBytes);
}

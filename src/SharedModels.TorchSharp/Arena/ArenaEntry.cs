namespace SharedModels.TorchSharp.Arena;

/// <summary>A parameter or buffer that has to be placed.</summary>
/// <param name="Name">Its name in the module.</param>
/// <param name="Kind">The number of its element type.</param>
/// <param name="ElementBytes">Bytes of one element.</param>
/// <param name="Shape">Its sides; none for a single number.</param>
internal sealed record ArenaEntry(string Name, int Kind, int ElementBytes, long[] Shape)
{
    /// <summary>Elements between neighbours, for each side; those of a dense tensor if nothing else is said.</summary>
    public long[] Strides { get; init; } = Dense(Shape);

    /// <summary>The address of its first element now; entries whose memory overlaps stay together. 0 if it has no memory yet.</summary>
    public nint Address { get; init; }

    /// <summary><see langword="true"/> if the elements follow each other in the order of the sides.</summary>
    public bool IsDense => Elements <= 1 || Strides.AsSpan().SequenceEqual(Dense(Shape));

    public long Elements { get; } = Shape.Aggregate(1L, static (product, side) => checked(product * side));

    /// <summary>Bytes from the first element to the end of the last.</summary>
    public long Bytes => Elements == 0
        ? 0
        : checked((1 + Shape.Zip(Strides, static (side, stride) => checked((side - 1) * stride)).Sum()) * ElementBytes);

    private static long[] Dense(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride = checked(stride * Math.Max(1, shape[i]));
        }

        return strides;
    }
}

namespace SharedModels.TorchSharp.Arena;

/// <summary>A parameter or buffer to place in an arena.</summary>
/// <param name="Name">The name in the module.</param>
/// <param name="Kind">The number of the element type.</param>
/// <param name="ElementBytes">The bytes of one element.</param>
/// <param name="Shape">The dimensions. Empty for a single number.</param>
internal sealed record ArenaEntry(string Name, int Kind, int ElementBytes, long[] Shape)
{
    /// <summary>The number of elements between neighbors in each dimension. The default is that of a dense tensor.</summary>
    public long[] Strides { get; init; } = Dense(Shape);

    /// <summary>The current address of the first element, or 0 without memory. Entries whose memory overlaps stay together.</summary>
    public nint Address { get; init; }

    /// <summary><see langword="true"/> if the elements are contiguous in the order of the dimensions.</summary>
    public bool IsDense => Elements <= 1 || Strides.AsSpan().SequenceEqual(Dense(Shape));

    public long Elements { get; } = Shape.Aggregate(1L, static (product, side) => checked(product * side));

    /// <summary>The bytes from the first element to the end of the last one.</summary>
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

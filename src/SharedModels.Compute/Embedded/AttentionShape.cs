namespace SharedModels.Compute.Embedded;

/// <summary>The sizes of one attention operation, and of its packed keys and values.</summary>
internal sealed class AttentionShape(int length, int width, int heads, int kernelRows)
{
    /// <summary>The number of positions of a sequence.</summary>
    public int Length => length;

    /// <summary>The number of components of all heads.</summary>
    public int Width => width;

    /// <summary>The distance from one row of queries, keys and values to the next.</summary>
    public int Stride => 3 * width;

    /// <summary>The number of components of one head.</summary>
    public int Size { get; } = width / heads;

    public int PaddedSize { get; } = RoundUp(width / heads, kernelRows);

    public float Scale { get; } = 1 / MathF.Sqrt(width / heads);

    public long PackedKeys { get; } = (long)RoundUp(length, kernelRows) * (width / heads);

    public long PackedValues { get; } = (long)RoundUp(width / heads, kernelRows) * length;

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}

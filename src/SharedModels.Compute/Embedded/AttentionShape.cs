namespace SharedModels.Compute.Embedded;

/// <summary>The sizes of one attention, and those of its packed keys and values.</summary>
internal sealed class AttentionShape(int length, int width, int heads, int kernelRows)
{
    /// <summary>Positions of a sequence.</summary>
    public int Length => length;

    /// <summary>Numbers of all heads.</summary>
    public int Width => width;

    /// <summary>From one row of queries, keys and values to the next.</summary>
    public int Stride => 3 * width;

    /// <summary>Numbers of one head.</summary>
    public int Size { get; } = width / heads;

    public int PaddedSize { get; } = RoundUp(width / heads, kernelRows);

    public float Scale { get; } = 1 / MathF.Sqrt(width / heads);

    public long PackedKeys { get; } = (long)RoundUp(length, kernelRows) * (width / heads);

    public long PackedValues { get; } = (long)RoundUp(width / heads, kernelRows) * length;

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}

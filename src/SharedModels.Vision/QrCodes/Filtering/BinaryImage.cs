using System.Numerics;

namespace SharedModels.Vision.QrCodes.Filtering;

/// <summary>The pixels of an image that are darker than their surroundings, with one bit per pixel.</summary>
internal sealed class BinaryImage
{
    private const int Bits = 64;

    // Each row starts at a word of its own and ends with at least one light bit, so that its last dark run has an end.
    private readonly int _stride;
    private readonly ulong[] _dark;

    public BinaryImage(int width, int height)
    {
        (Width, Height, _stride) = (width, height, width / Bits + 1);
        _dark = new ulong[_stride * height];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>True if a pixel is dark. Everything outside the image is light.</summary>
    public bool this[int x, int y] =>
        (uint)x < (uint)Width && (uint)y < (uint)Height && (_dark[y * _stride + x / Bits] >> x % Bits & 1) != 0;

    /// <summary>The bits of a row, which has 64 pixels per word. The pixel on the left is the least significant bit.</summary>
    public Span<ulong> Row(int y) => _dark.AsSpan(y * _stride, _stride);

    /// <summary>
    /// Compares each pixel of an image and of its negative with the mean of a square around it (D. Bradley and G. Roth, 2007), in a single
    /// pass.
    /// </summary>
    public static (BinaryImage Plain, BinaryImage Inverted) Both(GrayImage image, int radius)
    {
        var (plain, inverted) = (new BinaryImage(image.Width, image.Height), new BinaryImage(image.Width, image.Height));
        var surroundings = new Surroundings(image, radius);
        for (var y = 0; y < image.Height; y++)
            surroundings.CompareNextRow(plain.Row(y), inverted.Row(y));
        return (plain, inverted);
    }

    /// <summary>
    /// Finds where a row changes between light and dark: first the first pixel of a dark run, then the first pixel after it, and so on.
    /// </summary>
    /// <param name="y">The row.</param>
    /// <param name="edges">Receives the positions. Its length must be at least the width plus 1.</param>
    /// <returns>The number of positions, which is even.</returns>
    public int FindEdges(int y, Span<int> edges)
    {
        var (count, last) = (0, 0UL);
        var row = Row(y);
        for (var i = 0; i < row.Length; i++)
        {
            for (var changes = row[i] ^ (row[i] << 1 | last); changes != 0; changes &= changes - 1)
                edges[count++] = i * Bits + BitOperations.TrailingZeroCount(changes);
            last = row[i] >> (Bits - 1);
        }

        return count;
    }
}

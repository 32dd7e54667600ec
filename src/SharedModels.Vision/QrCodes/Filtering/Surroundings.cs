using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SharedModels.Vision.QrCodes.Filtering;

/// <summary>
/// Compares the pixels of an image with the mean of the square around each, row by row. The part of a square that is outside the image
/// does not count.
/// </summary>
internal sealed class Surroundings
{
    // The threshold of Quirc: a pixel is dark if it has less than 19/20 of the brightness around it, so that plain paper is light. The
    // products stay below 2^31 for squares of up to 129 pixels.
    private const int Whole = 20;
    private const int Threshold = 19;

    // The pixels of a word of the result.
    private const int Bits = 64;

    private readonly GrayImage _image;
    private readonly int _radius;

    // The sums of the columns over the rows of the square, with margins of zeros as wide as the square on both sides.
    private readonly int[] _columns;
    private readonly byte[] _nothing;
    private readonly byte[] _row;

    // For each pixel of a row: the number of columns in its square, the number of pixels in it, and their sum.
    private readonly int[] _widths;
    private readonly int[] _areas;
    private readonly int[] _sums;
    private int _rows;
    private int _y;

    public Surroundings(GrayImage image, int radius)
    {
        (_image, _radius) = (image, radius);
        var (width, padded) = (image.Width, (image.Width / Bits + 1) * Bits);
        (_nothing, _columns) = (new byte[width], new int[width + 2 * radius + 1]);
        (_row, _widths, _areas, _sums) = (new byte[padded], new int[padded], new int[padded], new int[padded]);
        for (var x = 0; x < width; x++)
            _widths[x] = Math.Min(x + radius, width - 1) - Math.Max(x - radius, 0) + 1;
        for (var y = 0; y < radius; y++)
            Add(Row(y), _nothing, Columns);
    }

    private Span<int> Columns => _columns.AsSpan(_radius + 1, _image.Width);

    /// <summary>
    /// Compares the next row. Sets the bits of the pixels that are darker than their surroundings, and the bits of the pixels that are
    /// lighter by the same rule.
    /// </summary>
    public void CompareNextRow(Span<ulong> dark, Span<ulong> light)
    {
        Add(Row(_y + _radius), Row(_y - _radius - 1), Columns);
        var rows = Math.Min(_y + _radius, _image.Height - 1) - Math.Max(_y - _radius, 0) + 1;
        if (rows != _rows)
        {
            _rows = rows;
            for (var x = 0; x < _areas.Length; x++)
                _areas[x] = rows * _widths[x];
        }

        // The square of the pixel at x consists of the columns x + 1 to x + size of the array.
        var (size, sum) = (2 * _radius + 1, 0);
        foreach (var column in _columns.AsSpan(0, size))
            sum += column;
        var sums = _sums.AsSpan(0, _image.Width);
        var entering = _columns.AsSpan(size, sums.Length);
        var leaving = _columns.AsSpan(0, sums.Length);
        for (var x = 0; x < sums.Length; x++)
            sums[x] = sum += entering[x] - leaving[x];
        Row(_y++).CopyTo(_row);
        for (var i = 0; i < dark.Length; i++)
            (dark[i], light[i]) = Compare(_row.AsSpan(i * Bits, Bits), _sums.AsSpan(i * Bits, Bits), _areas.AsSpan(i * Bits, Bits));
    }

    private ReadOnlySpan<byte> Row(int y) =>
        (uint)y < (uint)_image.Height ? _image.Pixels.AsSpan(y * _image.Width, _image.Width) : _nothing;

    private static (ulong Dark, ulong Light) Compare(ReadOnlySpan<byte> row, ReadOnlySpan<int> sums, ReadOnlySpan<int> areas)
    {
        var (dark, light) = (0UL, 0UL);
        for (var i = 0; i < Bits; i += Vector256<int>.Count)
        {
            var pixels = Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(
                MemoryMarshal.Read<ulong>(row[i..])).AsByte()).ToVector256Unsafe()).AsInt32();
            var area = Vector256.Create(areas[i..]);
            var (own, around) = (pixels * Whole * area, Vector256.Create(sums[i..]) * Threshold);
            dark |= (ulong)Vector256.LessThan(own, around).ExtractMostSignificantBits() << i;
            // The same comparison with each brightness subtracted from 255.
            around += area * ((Whole - Threshold) * byte.MaxValue);
            light |= (ulong)Vector256.GreaterThan(own, around).ExtractMostSignificantBits() << i;
        }

        return (dark, light);
    }

    private static void Add(ReadOnlySpan<byte> entering, ReadOnlySpan<byte> leaving, Span<int> columns)
    {
        var x = 0;
        for (; x <= columns.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            var change = Widen(entering[x..]) - Widen(leaving[x..]);
            var left = columns[x..];
            var right = columns[(x + Vector256<int>.Count)..];
            (Vector256.Create<int>(left) + Vector256.WidenLower(change)).CopyTo(left);
            (Vector256.Create<int>(right) + Vector256.WidenUpper(change)).CopyTo(right);
        }

        for (; x < columns.Length; x++)
            columns[x] += entering[x] - leaving[x];

        static Vector256<short> Widen(ReadOnlySpan<byte> bytes) =>
            Vector256.WidenLower(Vector128.Create(bytes).ToVector256Unsafe()).AsInt16();
    }
}

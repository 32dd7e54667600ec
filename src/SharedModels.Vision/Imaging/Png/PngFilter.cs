using System.Numerics.Tensors;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>Undoes the filters of rows (PNG specification, clause 9).</summary>
internal static class PngFilter
{
    /// <summary>Restores a row in place.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The filtered row.</param>
    /// <param name="above">The restored row above, as long as <paramref name="row"/>; zeros above the first.</param>
    /// <param name="step">Bytes from a sample to its left neighbour, 1 to 8.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (var i = step; i < row.Length; i++)
                    row[i] += row[i - step];
                break;
            case 2:
                TensorPrimitives.Add(row, above, row);
                break;
            case 3:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)((i < step ? 0 : row[i - step]) + above[i] >> 1);
                break;
            case 4:
                UndoPaeth(row, above, step);
                break;
            default:
                throw ImageFormatException.Corrupt($"The PNG uses a row filter {filter}, which PNG does not define.");
        }
    }

    private static void UndoPaeth(Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        above = above[..row.Length];
        for (var i = 0; i < Math.Min(step, row.Length); i++)
            row[i] += above[i];
        for (var i = step; i < row.Length; i++)
        {
            int left = row[i - step], up = above[i], corner = above[i - step];
            var (toLeft, toUp) = (Math.Abs(up - corner), Math.Abs(left - corner));
            var toCorner = Math.Abs(left + up - 2 * corner);
            var predicted = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
            row[i] += (byte)predicted;
        }
    }
}

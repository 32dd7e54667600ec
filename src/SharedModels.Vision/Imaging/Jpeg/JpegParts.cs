namespace SharedModels.Vision.Imaging.Jpeg;

/// <summary>Cuts a large JPEG into parts that threads decode at the same time.</summary>
/// <remarks>
/// Entropy-coded data can only be read from its beginning, but most of the time is spent on the transforms and colours that follow, and a
/// thread that skips rows does not compute those. Later parts have fewer rows, as more is skipped before them.
/// </remarks>
internal static class JpegParts
{
    // Each further part adds the skipping, about 8 % of the work. 1 megapixel takes about 8 ms.
    private const int MostParts = 4;
    private const int LeastPixels = 1_000_000;
    private const double RowsOfNextPart = 0.85;
    private const int RowsOfBlocks = 16;

    /// <summary>The number of parts that is worth its threads.</summary>
    public static int Count(int width, int height, int processors) =>
        Math.Clamp((int)((long)width * height / LeastPixels), 1, Math.Min(MostParts, processors));

    /// <summary>The first row of each part, and last the number of rows.</summary>
    public static int[] Cut(int height, int parts)
    {
        var bounds = new int[parts + 1];
        for (var i = 1; i <= parts; i++)
        {
            var share = (1 - Math.Pow(RowsOfNextPart, i)) / (1 - Math.Pow(RowsOfNextPart, parts));
            bounds[i] = i == parts ? height : (int)(height * share) / RowsOfBlocks * RowsOfBlocks;
        }

        return bounds;
    }
}

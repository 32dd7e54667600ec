namespace SharedModels.Vision.Imaging.Jpeg;

/// <summary>Splits a large JPEG into parts that several threads decode in parallel.</summary>
/// <remarks>
/// Entropy-coded data can only be read from its beginning, but most of the time is spent on the later transforms and color conversions,
/// which a thread does not compute for rows that it skips. Later parts have fewer rows because more rows precede them.
/// </remarks>
internal static class JpegParts
{
    // Each additional part adds the cost of skipping, about 8 % of the work. 1 megapixel takes about 8 ms.
    private const int MostParts = 4;
    private const int LeastPixels = 1_000_000;
    private const double RowsOfNextPart = 0.85;
    private const int RowsOfBlocks = 16;

    /// <summary>Returns the number of parts for which threads are worthwhile.</summary>
    public static int Count(int width, int height, int processors) =>
        Math.Clamp((int)((long)width * height / LeastPixels), 1, Math.Min(MostParts, processors));

    /// <summary>Returns the first row of each part, followed by the number of rows.</summary>
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

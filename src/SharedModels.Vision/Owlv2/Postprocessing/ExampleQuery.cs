namespace SharedModels.Vision.Postprocessing;

/// <summary>Selects the patch of a query image whose embedding represents the content of the image.</summary>
internal static class ExampleQuery
{
    private const float NearlyBest = 0.8f;
    private static readonly BoundingBox Whole = new(0, 0, 1, 1);

    /// <summary>
    /// Selects the patch that is least similar to the average patch, among the patches whose boxes cover almost the whole image.
    /// </summary>
    public static int Choose(ReadOnlySpan<float> boxes, ReadOnlySpan<float> embeddings)
    {
        var patches = boxes.Length / 4;
        var fits = Fits(boxes, patches);
        var best = fits.Max();

        // Generalized overlaps can be negative. A fraction of the best one would then be greater than the best one.
        var least = MathF.Min(NearlyBest * best, best);
        var width = embeddings.Length / patches;
        var mean = Mean(embeddings, width);
        var (chosen, smallest) = (-1, double.PositiveInfinity);
        for (var patch = 0; patch < patches; patch++)
        {
            if (fits[patch] >= least && Dot(mean, embeddings.Slice(patch * width, width)) is var likeness && likeness < smallest)
                (chosen, smallest) = (patch, likeness);
        }

        return chosen;
    }

    private static float[] Fits(ReadOnlySpan<float> boxes, int patches)
    {
        var fits = new float[patches];
        for (var patch = 0; patch < patches; patch++)
            fits[patch] = Whole.IntersectionOverUnion(PostProcessor.BoxOf(boxes, patch, 1));
        if (fits.AsSpan().ContainsAnyExcept(0f))
            return fits;
        for (var patch = 0; patch < patches; patch++)
            fits[patch] = Generalized(PostProcessor.BoxOf(boxes, patch, 1));
        return fits;
    }

    // Rezatofighi et al., "Generalized intersection over union" (2019). It is negative for boxes that do not overlap.
    private static float Generalized(BoundingBox box)
    {
        var hull = new BoundingBox(MathF.Min(box.XMin, 0), MathF.Min(box.YMin, 0), MathF.Max(box.XMax, 1), MathF.Max(box.YMax, 1)).Area;
        var union = Whole.Area + box.Area;
        return -(hull - union) / hull;
    }

    private static double[] Mean(ReadOnlySpan<float> embeddings, int width)
    {
        var mean = new double[width];
        for (var i = 0; i < embeddings.Length; i++)
            mean[i % width] += embeddings[i];
        for (var i = 0; i < width; i++)
            mean[i] /= embeddings.Length / width;
        return mean;
    }

    private static double Dot(double[] left, ReadOnlySpan<float> right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}

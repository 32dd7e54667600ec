namespace SharedModels.Vision.Postprocessing;

/// <summary>Converts logits and relative boxes to candidates, in the order of the patches.</summary>
internal static class PostProcessor
{
    private const float Negligible = 0.1f;
    private const float Epsilon = 1e-6f;

    /// <summary>
    /// Returns the best prompt of each patch whose score exceeds the threshold. The scale is the longer side of the image.
    /// </summary>
    public static List<Candidate> Run(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> boxes, int prompts, float threshold, float nmsThreshold, float scale,
        CancellationToken cancellationToken = default)
    {
        var candidates = new List<Candidate>();
        for (var patch = 0; patch < boxes.Length / 4; patch++)
        {
            var row = logits.Slice(patch * prompts, prompts);
            var best = 0;
            for (var prompt = 1; prompt < prompts; prompt++)
                best = row[prompt] > row[best] ? prompt : best;
            var score = Sigmoid(row[best]);
            if (score > threshold)
                candidates.Add(new Candidate(patch, best, score, BoxOf(boxes, patch, scale)));
        }

        return NonMaximumSuppression.Run(candidates, nmsThreshold, cancellationToken);
    }

    /// <summary>Does the same for an example. Scores are relative to the best score, and a tenth of it counts as 0.</summary>
    public static List<Candidate> RunGuided(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> boxes, float threshold, float nmsThreshold, float scale,
        CancellationToken cancellationToken = default)
    {
        // Sigmoids are greater than 0, so a threshold of 0 keeps all.
        var candidates = new List<Candidate>();
        for (var patch = 0; patch < logits.Length; patch++)
        {
            if (Sigmoid(logits[patch]) is var score && score >= threshold)
                candidates.Add(new Candidate(patch, 0, score, BoxOf(boxes, patch, scale)));
        }

        var kept = NonMaximumSuppression.Run(candidates, nmsThreshold, cancellationToken);
        if (kept.Count == 0)
            return kept;
        var best = kept.Max(c => c.Score) + Epsilon;
        return [.. kept
            .Select(c => c with { Score = Math.Clamp((c.Score - best * Negligible) / (best * (1 - Negligible)), 0, 1) })
            .Where(c => c.Score > 0)];
    }

    public static BoundingBox BoxOf(ReadOnlySpan<float> boxes, int patch, float scale)
    {
        var (x, y, halfWidth, halfHeight) = (boxes[4 * patch], boxes[4 * patch + 1], boxes[4 * patch + 2] * 0.5f,
            boxes[4 * patch + 3] * 0.5f);
        return new BoundingBox((x - halfWidth) * scale, (y - halfHeight) * scale, (x + halfWidth) * scale, (y + halfHeight) * scale);
    }

    public static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}

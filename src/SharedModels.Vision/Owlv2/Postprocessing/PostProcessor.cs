namespace SharedModels.Vision.Postprocessing;

/// <summary>Converts logits and relative boxes to candidates, in the order of the patches.</summary>
internal static class PostProcessor
{
    private const float Negligible = 0.1f;
    private const float Epsilon = 1e-6f;

    /// <summary>
    /// Returns the patches whose score exceeds the threshold, each with its best prompt. The scale is the longer side of the image.
    /// </summary>
    /// <param name="logits">The highest logit of each patch.</param>
    /// <param name="boxes">The box of each patch.</param>
    /// <param name="prompts">The prompt to which each logit belongs, or empty if there is only one.</param>
    /// <param name="threshold">The score to exceed.</param>
    /// <param name="nmsThreshold">The threshold of non-maximum suppression.</param>
    /// <param name="scale">The longer side of the image.</param>
    /// <param name="cancellationToken">A token to cancel the suppression.</param>
    public static List<Candidate> Run(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> boxes, ReadOnlySpan<int> prompts, float threshold, float nmsThreshold, float scale,
        CancellationToken cancellationToken = default)
    {
        var candidates = new List<Candidate>();
        for (var patch = 0; patch < logits.Length; patch++)
        {
            var score = Sigmoid(logits[patch]);
            if (score > threshold)
                candidates.Add(new Candidate(patch, prompts.IsEmpty ? 0 : prompts[patch], score, BoxOf(boxes, patch, scale)));
        }

        return NonMaximumSuppression.Run(candidates, nmsThreshold, cancellationToken);
    }

    /// <summary>
    /// Does the same for an example, whose scores must reach the threshold. They are relative to the best score, and a tenth of it counts
    /// as 0.
    /// </summary>
    public static List<Candidate> RunGuided(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> boxes, float threshold, float nmsThreshold, float scale,
        CancellationToken cancellationToken = default)
    {
        var kept = Run(logits, boxes, [], MathF.BitDecrement(threshold), nmsThreshold, scale, cancellationToken);
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

namespace SharedModels.Vision.Postprocessing;

/// <summary>The final filter of vision-agent-tools: filter_bbox_predictions.</summary>
internal static class PredictionFilter
{
    private const float WholeImage = 0.82f;
    private const int FewestInGroup = 2;

    public static List<Candidate> Run(List<Candidate> candidates, int width, int height, float nmsThreshold)
    {
        var kept = new List<Candidate>();
        foreach (var candidate in candidates)
        {
            var box = candidate.Box;
            var inside = box.XMin >= 0 && box.YMin >= 0 && box.XMax <= width && box.YMax <= height && box.Width > 0 && box.Height > 0;
            if (inside && box.Area / ((float)width * height) <= WholeImage)
                kept.Add(candidate);
        }

        return WithoutGroups(Distinct(kept, nmsThreshold));
    }

    // In the order of the list, not of the scores.
    private static List<Candidate> Distinct(List<Candidate> candidates, float nmsThreshold)
    {
        var kept = new List<Candidate>();
        foreach (var candidate in candidates)
        {
            if (kept.TrueForAll(k => k.Box.IntersectionOverUnion(candidate.Box) < nmsThreshold))
                kept.Add(candidate);
        }

        return kept;
    }

    // A box around several other boxes of its label is a group, not an object.
    private static List<Candidate> WithoutGroups(List<Candidate> candidates)
    {
        var remaining = new List<Candidate>(candidates);
        foreach (var label in candidates.GroupBy(c => c.Prompt).Where(g => g.Count() > FewestInGroup))
        {
            foreach (var large in label.OrderByDescending(c => c.Box.Area))
            {
                if (remaining.Count(c => c.Prompt == large.Prompt && c.Patch != large.Patch && large.Box.Contains(c.Box)) >= FewestInGroup)
                    remaining.Remove(large);
            }
        }

        return remaining;
    }
}

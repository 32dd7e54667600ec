namespace SharedModels.Vision.Postprocessing;

/// <summary>Keeps only the best of overlapping boxes, regardless of their labels.</summary>
internal static class NonMaximumSuppression
{
    /// <summary>Returns the remaining candidates in the given order. A threshold of at least 1 keeps all.</summary>
    public static List<Candidate> Run(List<Candidate> candidates, float threshold, CancellationToken cancellationToken = default)
    {
        if (threshold >= 1)
            return candidates;
        var order = Enumerable.Range(0, candidates.Count).OrderByDescending(i => candidates[i].Score).ToArray();
        var dropped = new bool[candidates.Count];
        for (var i = 0; i < order.Length; i++)
        {
            if (dropped[order[i]])
                continue;
            cancellationToken.ThrowIfCancellationRequested();
            var box = candidates[order[i]].Box;
            for (var j = i + 1; j < order.Length; j++)
                dropped[order[j]] = dropped[order[j]] || box.IntersectionOverUnion(candidates[order[j]].Box) > threshold;
        }

        return [.. candidates.Where((_, i) => !dropped[i])];
    }
}

namespace SharedModels.OnnxRuntime.Text;

/// <summary>Divides texts into runs of a session.</summary>
internal static class TokenRuns
{
    /// <summary>
    /// Returns the indices of the texts of each run. A run has texts of similar length, the shortest first, and with their padding no more
    /// than the given number of tokens, unless it has only one text.
    /// </summary>
    /// <param name="lengths">The number of tokens of each text.</param>
    /// <param name="maxTokens">The maximum number of tokens of a run.</param>
    /// <param name="runCost">
    /// The number of tokens that take as long as a further run. A run is divided if less padding saves more than that.
    /// </param>
    public static IEnumerable<int[]> Divide(int[] lengths, int maxTokens, int runCost = int.MaxValue) =>
        Fill(lengths, maxTokens).SelectMany(run => Divide(run, lengths, runCost));

    private static IEnumerable<int[]> Fill(int[] lengths, int maxTokens)
    {
        var order = Enumerable.Range(0, lengths.Length).OrderBy(index => lengths[index]).ToArray();
        for (var (start, end) = (0, 0); start < order.Length; start = end)
        {
            end = start + 1;
            while (end < order.Length && (end + 1L - start) * lengths[order[end]] <= maxTokens)
                end++;
            yield return order[start..end];
        }
    }

    private static IEnumerable<int[]> Divide(int[] run, int[] lengths, int runCost)
    {
        var (saved, split, longest) = (0L, 0, lengths[run[^1]]);
        for (var end = 1; end < run.Length; end++)
        {
            if (end * (long)(longest - lengths[run[end - 1]]) is var saving && saving > saved)
                (saved, split) = (saving, end);
        }

        return saved > runCost ? [.. Divide(run[..split], lengths, runCost), .. Divide(run[split..], lengths, runCost)] : [run];
    }
}

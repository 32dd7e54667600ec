namespace SharedModels.OnnxRuntime.Text;

/// <summary>Divides texts into runs of a session.</summary>
internal static class TokenRuns
{
    /// <summary>
    /// Returns the indices of the texts of each run. A run has texts of similar length, the shortest first, and with their padding no more
    /// than the given number of tokens, unless it has only one text.
    /// </summary>
    public static IEnumerable<int[]> Divide(int[] lengths, int maxTokens)
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
}

namespace SharedModels.Vision.Tokenization;

/// <summary>The tokens that are looked for in the raw text before anything else is done to it.</summary>
internal sealed class SpecialTokens(IEnumerable<KeyValuePair<string, int>> tokens)
{
    // The longest first, so that at one place the longest wins.
    private readonly KeyValuePair<string, int>[] _tokens = [.. tokens.Where(t => t.Key.Length > 0).OrderByDescending(t => t.Key.Length)];

    /// <summary>Finds the first one; the text before it is ordinary.</summary>
    public bool TryFind(ReadOnlySpan<char> text, out int index, out int length, out int id)
    {
        (index, length, id) = (int.MaxValue, 0, 0);
        foreach (var (token, tokenId) in _tokens)
        {
            var at = text.IndexOf(token, StringComparison.Ordinal);
            if (at >= 0 && at < index)
                (index, length, id) = (at, token.Length, tokenId);
        }

        return length > 0;
    }
}

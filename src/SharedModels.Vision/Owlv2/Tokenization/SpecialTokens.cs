using System.Buffers;

namespace SharedModels.Vision.Tokenization;

/// <summary>The tokens that are searched for in the raw text before any other processing.</summary>
internal sealed class SpecialTokens(IEnumerable<KeyValuePair<string, int>> tokens)
{
    // Longest first, so that the longest token at a position wins.
    private readonly KeyValuePair<string, int>[] _tokens = [.. tokens.Where(t => t.Key.Length > 0).OrderByDescending(t => t.Key.Length)];
    private readonly SearchValues<string> _search =
        SearchValues.Create([.. tokens.Select(t => t.Key).Where(key => key.Length > 0)], StringComparison.Ordinal);

    /// <summary>Finds the first special token. The text before it is ordinary.</summary>
    public bool TryFind(ReadOnlySpan<char> text, out int index, out int length, out int id)
    {
        index = text.IndexOfAny(_search);
        (length, id) = (0, 0);
        if (index < 0)
            return false;
        foreach (var (token, tokenId) in _tokens)
        {
            if (text[index..].StartsWith(token, StringComparison.Ordinal))
            {
                (length, id) = (token.Length, tokenId);
                break;
            }
        }

        return true;
    }
}

using System.Buffers;

namespace SharedModels.Vision.Tokenization;

/// <summary>The tokens that are searched for in the raw text before any other processing.</summary>
/// <remarks>
/// Hugging Face searches for normalized tokens in the lowercase text. A search that ignores the case gives the same, because the tokens are
/// ASCII.
/// </remarks>
internal sealed class SpecialTokens(Dictionary<string, (int Id, bool IsNormalized)> tokens)
{
    private static readonly StringComparison[] Comparisons = [StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase];

    // Longest first, so that the longest token at a position wins.
    private readonly (string Token, int Id, StringComparison Comparison)[] _tokens =
    [
        .. tokens.Where(static t => t.Key.Length > 0)
            .OrderByDescending(static t => t.Key.Length)
            .Select(static t => (t.Key, t.Value.Id, Comparisons[t.Value.IsNormalized ? 1 : 0])),
    ];

    private readonly SearchValues<string>[] _searches = Array.ConvertAll(Comparisons, comparison => SearchValues.Create(
        [.. tokens.Where(t => t.Key.Length > 0 && Comparisons[t.Value.IsNormalized ? 1 : 0] == comparison).Select(static t => t.Key)],
        comparison));

    /// <summary>Finds the first special token. The text before it is ordinary.</summary>
    public bool TryFind(ReadOnlySpan<char> text, out int index, out int length, out int id)
    {
        index = -1;
        (length, id) = (0, 0);
        foreach (var search in _searches)
        {
            if ((index < 0 ? text : text[..index]).IndexOfAny(search) is >= 0 and var found)
                index = found;
        }

        if (index < 0)
            return false;
        foreach (var (token, tokenId, comparison) in _tokens)
        {
            if (text[index..].StartsWith(token, comparison))
            {
                (length, id) = (token.Length, tokenId);
                break;
            }
        }

        return true;
    }
}

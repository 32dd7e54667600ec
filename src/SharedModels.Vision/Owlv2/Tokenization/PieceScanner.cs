using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SharedModels.Vision.Tokenization;

/// <summary>
/// Splits text into the pieces of CLIP's pattern <c>'s
/// 't
/// 're
/// 've
/// 'm
/// 'll
/// 'd
/// \p{L}+
/// \p{N}
/// [^\s\p{L}\p{N}]+</c>. It works on code points, because a pattern on UTF-16 does not recognize letters outside the basic plane.
/// </summary>
internal static class PieceScanner
{
    private enum Kind
    {
        Blank,
        Letter,
        Digit,
        Other,
    }

    public static IEnumerable<Range> Scan(List<Rune> runes)
    {
        var start = 0;
        while (start < runes.Count)
        {
            var length = LengthAt(CollectionsMarshal.AsSpan(runes)[start..]);
            if (length > 0)
                yield return start..(start + length);
            start += Math.Max(length, 1);
        }
    }

    private static int LengthAt(ReadOnlySpan<Rune> runes)
    {
        var kind = KindOf(runes[0]);
        if (kind == Kind.Blank)
            return 0;
        if (kind == Kind.Digit)
            return 1;
        if (runes[0].Value == '\'' && ContractionAt(runes) is var contraction and > 0)
            return contraction;
        var length = 1;
        while (length < runes.Length && KindOf(runes[length]) == kind)
            length++;
        return length;
    }

    private static int ContractionAt(ReadOnlySpan<Rune> runes)
    {
        var first = runes.Length > 1 ? runes[1].Value : 0;
        var second = runes.Length > 2 ? runes[2].Value : 0;
        return first switch
        {
            's' or 't' or 'm' or 'd' => 2,
            'r' or 'v' when second == 'e' => 3,
            'l' when second == 'l' => 3,
            _ => 0,
        };
    }

    private static Kind KindOf(Rune rune) => Rune.IsWhiteSpace(rune) ? Kind.Blank : Rune.GetUnicodeCategory(rune) switch
    {
        >= UnicodeCategory.UppercaseLetter and <= UnicodeCategory.OtherLetter => Kind.Letter,
        >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => Kind.Digit,
        _ => Kind.Other,
    };
}

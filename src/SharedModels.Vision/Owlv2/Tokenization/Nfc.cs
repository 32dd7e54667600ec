using System.Text;

namespace SharedModels.Vision.Tokenization;

/// <summary>
/// Unicode normalization form C. <see cref="string.Normalize()"/> does nothing if the application uses invariant globalization, as
/// containers do, and the ids of a prompt must not depend on that. See https://www.unicode.org/reports/tr15 for the algorithm, and
/// chapter 3.12 for Hangul.
/// </summary>
internal static class Nfc
{
    private const int FirstCombining = 0x300;
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int Leads = 19, Vowels = 21, Tails = 28, Syllables = Leads * Vowels * Tails;

    public static List<Rune> Normalize(ReadOnlySpan<char> text)
    {
        var runes = new List<Rune>(text.Length);
        var plain = true;
        foreach (var rune in text.EnumerateRunes())
        {
            runes.Add(rune);
            plain &= rune.Value < FirstCombining;
        }

        return plain ? runes : Compose(Decompose(runes));
    }

    private static List<(int Rune, int Class)> Decompose(List<Rune> runes)
    {
        var result = new List<(int Rune, int Class)>(runes.Count + 8);
        foreach (var rune in runes)
            Append(result, rune.Value);
        Reorder(result);
        return result;
    }

    private static void Append(List<(int Rune, int Class)> result, int rune)
    {
        var syllable = rune - SyllableBase;
        if ((uint)syllable < Syllables)
        {
            result.Add((LeadBase + syllable / (Vowels * Tails), 0));
            result.Add((VowelBase + syllable % (Vowels * Tails) / Tails, 0));
            if (syllable % Tails != 0)
                result.Add((TailBase + syllable % Tails, 0));
        }
        else if (NfcData.Instance.TryDecompose(rune, out var parts))
        {
            Append(result, parts.First);
            if (parts.Second != 0)
                Append(result, parts.Second);
        }
        else
        {
            result.Add((rune, NfcData.Instance.ClassOf(rune)));
        }
    }

    // Sorts each run of marks by class. Marks of the same class keep their order.
    private static void Reorder(List<(int Rune, int Class)> runes)
    {
        for (var first = 0; first < runes.Count; first++)
        {
            var last = first;
            while (last < runes.Count && runes[last].Class != 0)
                last++;
            if (last - first < 2)
                continue;
            foreach (var rune in runes.GetRange(first, last - first).OrderBy(r => r.Class))
                runes[first++] = rune;
        }
    }

    private static List<Rune> Compose(List<(int Rune, int Class)> runes)
    {
        var result = new List<Rune>(runes.Count);
        var starter = -1;
        var lastClass = -1;
        foreach (var (rune, cls) in runes)
        {
            // A mark is blocked from its starter by a mark of the same or a higher class between them.
            if (starter >= 0 && lastClass < cls && TryCompose(result[starter].Value, rune, out var composed))
            {
                result[starter] = new Rune(composed);
                continue;
            }

            if (cls == 0)
            {
                starter = result.Count;
                lastClass = -1;
            }
            else
            {
                lastClass = cls;
            }

            result.Add(new Rune(rune));
        }

        return result;
    }

    private static bool TryCompose(int first, int second, out int composed)
    {
        if ((uint)(first - LeadBase) < Leads && (uint)(second - VowelBase) < Vowels)
        {
            composed = SyllableBase + ((first - LeadBase) * Vowels + (second - VowelBase)) * Tails;
            return true;
        }

        if ((uint)(first - SyllableBase) < Syllables && (first - SyllableBase) % Tails == 0 && second - TailBase is > 0 and < Tails)
        {
            composed = first + (second - TailBase);
            return true;
        }

        return NfcData.Instance.TryCompose(first, second, out composed);
    }
}

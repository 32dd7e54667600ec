using System.Globalization;

namespace SharedModels.Configuration;

/// <summary>Parses and formats memory sizes such as <c>20GiB</c>, <c>1.5 GB</c>, <c>80%</c> and <c>4096</c>.</summary>
internal static class MemorySize
{
    private static readonly (string Suffix, double Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    public static bool TryParse(string text, long wholeBytes, out long bytes)
    {
        text = text.Trim();
        foreach (var (suffix, factor) in Units.Prepend(("%", wholeBytes / 100.0)))
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                continue;
            const NumberStyles Styles = NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite;
            var isNumber = double.TryParse(text[..^suffix.Length], Styles, CultureInfo.InvariantCulture, out var number);
            bytes = isNumber && number * factor < long.MaxValue ? (long)(number * factor) : 0;
            return bytes > 0 && (suffix != "%" || number <= 100);
        }

        bytes = 0;
        return false;
    }

    /// <summary>Formats a size in the largest unit that is not larger than the size, with up to one decimal.</summary>
    public static string Format(long bytes)
    {
        var (suffix, factor) = Units
            .Where(unit => unit.Suffix.EndsWith("iB", StringComparison.Ordinal) && unit.Factor <= bytes)
            .LastOrDefault(("bytes", 1));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / factor:0.#} {suffix}");
    }
}

using System.Globalization;

namespace SharedModels.Configuration;

/// <summary>
/// Parses times as hh:mm:ss or d.hh:mm:ss. <see cref="TimeSpan"/> would also accept 4 as four days and 24:00:00 as 24 days.
/// </summary>
internal static class TimeText
{
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        return text.Any(static c => c == ':') && TimeSpan.TryParseExact(text.Trim(), "c", CultureInfo.InvariantCulture, out time);
    }
}

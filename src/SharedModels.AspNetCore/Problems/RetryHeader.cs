using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Tells clients when to try again.</summary>
internal static class RetryHeader
{
    /// <summary>Whole seconds, at least one, because the header has no smaller unit.</summary>
    public static long Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds));

    public static void Set(HttpResponse response, TimeSpan time) =>
        response.Headers.RetryAfter = Seconds(time).ToString(CultureInfo.InvariantCulture);
}

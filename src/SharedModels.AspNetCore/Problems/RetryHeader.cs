using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Sets the <c>Retry-After</c> header.</summary>
internal static class RetryHeader
{
    /// <summary>Rounds a time up to whole seconds, at least one, because the header has no smaller unit.</summary>
    public static long Seconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalSeconds));

    public static void Set(HttpResponse response, TimeSpan time) =>
        response.Headers.RetryAfter = Seconds(time).ToString(CultureInfo.InvariantCulture);
}

namespace SharedModels.Routing;

/// <summary>Keeps absurd values of one node's reports from affecting the requests of others.</summary>
internal static class ReportLimits
{
    private const int MaxCount = 1_000_000;

    /// <summary>The longest time. A sum of several does not overflow.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(1000);

    public static int Count(int value) => Math.Clamp(value, 0, MaxCount);

    public static TimeSpan Time(TimeSpan value) => TimeSpan.FromTicks(Math.Clamp(value.Ticks, 0, LongestTime.Ticks));

    public static TimeSpan? Time(TimeSpan? value) => value is { } time ? Time(time) : null;

    /// <summary>Returns the usable entries of a list. Deserializers set lists, entries and names that are missing to null.</summary>
    public static IReadOnlyList<T> Entries<T>(IReadOnlyList<T>? values, Func<T, string?> nameOf)
        where T : class
    {
        if (values is null)
            return [];
        return values.All(IsUsable) ? values : [.. values.Where(IsUsable)];

        bool IsUsable(T? value) => value is not null && !string.IsNullOrEmpty(nameOf(value));
    }
}

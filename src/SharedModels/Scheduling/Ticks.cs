namespace SharedModels.Scheduling;

/// <summary>Arithmetic with the scheduler's time.</summary>
internal static class Ticks
{
    /// <summary>Returns a timeout in ticks. An infinite one is <see cref="long.MaxValue"/>.</summary>
    public static long Of(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : timeout.Ticks;

    /// <summary>Returns a later time, or <see cref="long.MaxValue"/>, which means never, if it overflows.</summary>
    public static long After(long now, long ticks) => ticks > long.MaxValue - now ? long.MaxValue : now + ticks;
}

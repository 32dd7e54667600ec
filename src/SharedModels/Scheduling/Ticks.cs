namespace SharedModels.Scheduling;

/// <summary>Arithmetic on the scheduler's time.</summary>
internal static class Ticks
{
    /// <summary>A later time; <see cref="long.MaxValue"/>, which is never, if it overflows.</summary>
    public static long After(long now, long ticks) => ticks > long.MaxValue - now ? long.MaxValue : now + ticks;
}

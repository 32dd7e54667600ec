using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SharedModels.Diagnostics;

/// <summary>Records measurements. A listener that throws must not affect leases or requests.</summary>
internal static class SafeInstruments
{
#pragma warning disable CA1031 // Any exception is the listener's.
    public static void Record<T>(Histogram<T> histogram, T value, in TagList tags)
        where T : struct
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception)
        {
        }
    }

    public static void Add(Counter<long> counter, long value, in TagList tags)
    {
        try
        {
            counter.Add(value, tags);
        }
        catch (Exception)
        {
        }
    }
#pragma warning restore CA1031
}

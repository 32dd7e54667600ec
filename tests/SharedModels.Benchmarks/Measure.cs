using System.Diagnostics;

namespace SharedModels.Benchmarks;

internal static class Measure
{
    /// <summary>Runs the candidates in turn, round by round after a warm-up round. Returns the median of each one in seconds.</summary>
    public static double[] Interleaved(int rounds, params ReadOnlySpan<Action> candidates)
    {
        var seconds = new double[candidates.Length][];
        for (var i = 0; i < candidates.Length; i++)
        {
            seconds[i] = new double[rounds];
            candidates[i]();
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                candidates[i]();
                seconds[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }

        return Array.ConvertAll(seconds, Median);
    }

    public static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}

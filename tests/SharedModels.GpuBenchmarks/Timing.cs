using System.Diagnostics;

namespace SharedModels.GpuBenchmarks;

/// <summary>Times the sides of a comparison round by round, so that a change of clock rates affects all of them.</summary>
internal static class Timing
{
    private const int WarmUps = 3;
    private const int Rounds = 10;

    /// <param name="sides">The sides. Each returns the seconds that count.</param>
    public static Spread[] Interleave(params Func<double>[] sides)
    {
        var seconds = Array.ConvertAll(sides, static _ => new double[Rounds]);
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var (index, side) in sides.Index())
            {
                var measured = side();
                if (round >= 0)
                    seconds[index][round] = measured;
            }
        }

        return Array.ConvertAll(seconds, static values => new Spread(values));
    }

    /// <summary>
    /// Measures the seconds of some work that starts on an idle device. The measurement ends when the call returns.
    /// </summary>
    public static double Of(Action work)
    {
        CudaWait.ForAll();
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

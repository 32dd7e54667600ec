using System.Diagnostics;

namespace SharedModels.GpuBenchmarks;

/// <summary>Times sides of a comparison round by round, so that a change of clocks meets all of them.</summary>
internal static class Timing
{
    private const int WarmUps = 3;
    private const int Rounds = 10;

    /// <param name="sides">Each returns the seconds that count.</param>
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
    /// The seconds of some work from an idle device on; the work ends when it says so, and is not waited for beyond that.
    /// </summary>
    public static double Of(Action work)
    {
        CudaWait.ForAll();
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

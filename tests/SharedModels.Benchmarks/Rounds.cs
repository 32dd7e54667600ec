using System.Diagnostics;

namespace SharedModels.Benchmarks;

/// <summary>The cost of a call of one candidate in each round: wall time, and processor time of the whole process.</summary>
internal sealed class Rounds(double[] wall, double[] processor, double[] bytes)
{
    public Spread Wall { get; } = new(wall);

    public Spread Processor { get; } = new(processor);

    /// <summary>The bytes that all threads allocated.</summary>
    public Spread Bytes { get; } = new(bytes);

    // The compiler recompiles hot code in the background, after a delay.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Runs the candidates in turn, round by round after some warm-up rounds.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="calls">The number of calls in one run of a candidate.</param>
    /// <param name="candidates">The candidates.</param>
    public static Rounds[] Interleave(int rounds, int calls, params ReadOnlySpan<Action> candidates)
    {
        var results = new Rounds[candidates.Length];
        var (wall, processor, bytes) = (new double[candidates.Length][], new double[candidates.Length][], new double[candidates.Length][]);
        for (var i = 0; i < candidates.Length; i++)
            (wall[i], processor[i], bytes[i]) = (new double[rounds], new double[rounds], new double[rounds]);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUp)
        {
            foreach (var candidate in candidates)
                candidate();
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                var measured = Run(candidates[i]);
                (wall[i][round], processor[i][round], bytes[i][round]) =
                    (measured.Wall / calls, measured.Processor / calls, measured.Bytes / calls);
            }
        }

        for (var i = 0; i < results.Length; i++)
            results[i] = new(wall[i], processor[i], bytes[i]);
        return results;
    }

    private static (double Wall, double Processor, double Bytes) Run(Action candidate)
    {
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        candidate();
        var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var used = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        return (wall, used, GC.GetTotalAllocatedBytes(precise: true) - bytes);
    }
}

using System.Diagnostics;

namespace SharedModels.Benchmarks;

/// <summary>What a call of one candidate took in each round: in wall time, and in processor time of the whole process.</summary>
internal sealed class Rounds(double[] wall, double[] processor, double[] bytes)
{
    public Spread Wall { get; } = new(wall);

    public Spread Processor { get; } = new(processor);

    /// <summary>Bytes that all threads allocated.</summary>
    public Spread Bytes { get; } = new(bytes);

    // The compiler looks again at what runs often, in the background and not at once.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Runs the candidates in turn, round by round after some to warm up.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="calls">How many calls a run of a candidate makes.</param>
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

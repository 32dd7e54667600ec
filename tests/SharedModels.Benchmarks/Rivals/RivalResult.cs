namespace SharedModels.Benchmarks.Rivals;

/// <summary>A round of a rival.</summary>
/// <param name="Throughput">Texts per second.</param>
/// <param name="Slowest">The 99th percentile of the time of a call, in seconds.</param>
internal readonly record struct RivalResult(double Throughput, double Slowest)
{
    public static (Spread Throughput, Spread Slowest) Spreads(RivalResult[] rounds) => (
        new(Array.ConvertAll(rounds, static round => round.Throughput)), new(Array.ConvertAll(rounds, static round => round.Slowest)));
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime;
using SharedModels.OnnxRuntime.Tests.Graphs;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>The time that a lease adds to a run of a session.</summary>
internal static class LeasedRunBenchmark
{
    private const int Count = 15, Calls = 5_000, Size = 4;
    private const string Id = "tiny";

    public static void Run(Report report)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "tiny.onnx");
        File.WriteAllBytes(path, GraphWriter.Multiplication(Size));
        using var provider = new ServiceCollection().AddLogging().AddSharedModelManager()
            .AddOnnxModel(Id, options => options.Path = path)
            .Services.BuildServiceProvider();
        var manager = provider.GetRequiredService<ISharedModelManager>();
        manager.FetchModelAsync<InferenceSession>(Id).AsTask().GetAwaiter().GetResult().Dispose();
        using var singleton = new InferenceSession(path);
        var row = new float[Size];
        var rounds = Rounds.Interleave(
            Count,
            Calls,
            () =>
            {
                for (var i = 0; i < Calls; i++)
                    Multiply(singleton, row);
            },
            () => RunAsync(
                async () =>
                {
                    using var lease = await manager.FetchModelAsync<InferenceSession>(Id).ConfigureAwait(false);
                    Multiply(lease.Model, row);
                }),
            () => RunAsync(
                async () =>
                {
                    using var lease = await manager.FetchModelAsync<InferenceSession>(Id).ConfigureAwait(false);
                    await lease.InvokeAsync(session => Multiply(session, row)).ConfigureAwait(false);
                }));
        var (plain, leased, invoked) = (rounds[0].Wall, rounds[1].Wall, rounds[2].Wall);
        report.Text(
            $"## A lease and a run\n\nA product of a row and a matrix of {Size} by {Size}, by one caller. Medians of {Count} interleaved "
            + $"rounds of {Calls:#,0} runs, with the range.");
        report.Table("", "time", "more than the singleton", "bytes of .NET");
        report.Cells("a singleton session", plain.ToTime(), "", rounds[0].Bytes.ToString("0"));
        report.Cells("a lease, and a run on the caller's thread", leased.ToTime(), More(leased), rounds[1].Bytes.ToString("0"));
        report.Cells("a lease, and `InvokeAsync`", invoked.ToTime(), More(invoked), rounds[2].Bytes.ToString("0"));

        string More(Spread candidate) => candidate.Minus(plain).ToTime();
    }

    private static void RunAsync(Func<Task> callAsync)
    {
        for (var i = 0; i < Calls; i++)
            callAsync().GetAwaiter().GetResult();
    }

    private static void Multiply(InferenceSession session, float[] row)
    {
        using var x = OrtValue.CreateTensorValueFromMemory(row, [1, Size]);
        using var options = new RunOptions();
        using var results = session.Run(options, new Dictionary<string, OrtValue> { ["x"] = x }, session.OutputNames);
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Versions;

/// <summary>A model is replaced by a new version while requests for it are served.</summary>
internal static class VersionsSuite
{
    private const int Count = 5, Callers = 8;
    private const long ModelBytes = 1_000;
    private const string Id = "model";

    private static readonly TimeSpan LoadTime = TimeSpan.FromMilliseconds(500), Hold = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(500), After = TimeSpan.FromMilliseconds(500);

    public static void Run(Report report)
    {
        report.Text(
            $"{Callers} callers lease a model and hold it for {Hold.TotalMilliseconds:0} ms, one after the other. Loading a version takes "
            + $"{LoadTime.TotalMilliseconds:0} ms. After {Before.TotalMilliseconds:0} ms the model is replaced, and the run ends "
            + $"{After.TotalMilliseconds:0} ms after the new version serves requests. Medians of {Count} interleaved rounds, with "
            + "the range.");
        (string Name, long Budget, Func<SharedModelManager, Task> ReplaceAsync)[] ways =
        [
            ("`ReloadAsync`, with room for both versions", 2 * ModelBytes, static manager => manager.ReloadAsync(Id).AsTask()),
            ("`ReloadAsync`, with room for one", ModelBytes, static manager => manager.ReloadAsync(Id).AsTask()),
            ("`RemoveAsync`, then `Add`", ModelBytes, ReplaceAsync),
        ];
        var results = Array.ConvertAll(ways, static _ => new Result[Count]);
        foreach (var way in ways)
            RunAsync(way.Budget, way.ReplaceAsync).GetAwaiter().GetResult();
        for (var round = 0; round < Count; round++)
        {
            for (var i = 0; i < ways.Length; i++)
                results[i][round] = RunAsync(ways[i].Budget, ways[i].ReplaceAsync).GetAwaiter().GetResult();
        }

        report.Table("", "answers", "failed requests", "longest wait", "time until the new version serves");
        foreach (var (way, rounds) in ways.Zip(results))
        {
            report.Cells(
                way.Name,
                Column(static result => result.Answers, "0"),
                Column(static result => result.Failures, "0"),
                $"{Column(static result => 1e3 * result.Longest, "0")} ms",
                $"{Column(static result => 1e3 * result.Replaced, "0")} ms");

            string Column(Converter<Result, double> select, string format) => new Spread(Array.ConvertAll(rounds, select)).ToString(format);
        }
    }

    private static async Task<Result> RunAsync(long budget, Func<SharedModelManager, Task> replaceAsync)
    {
        using var manager = new SharedModelManager(new SharedModelsOptions(), [new FakeAccelerator(budget)]);
        Add(manager);
        using (await manager.FetchModelAsync<SlowModel>(Id))
        {
            // The first version is in memory now.
        }

        using var end = new CancellationTokenSource();
        var (waits, failures) = (new ConcurrentBag<double>(), 0);
        var callers = Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var begin = Stopwatch.GetTimestamp();
                try
                {
                    using var lease = await manager.FetchModelAsync<SlowModel>(Id);
                    waits.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
                    await Task.Delay(Hold);
                }
                catch (ModelLeaseException)
                {
                    Interlocked.Increment(ref failures);
                    await Task.Delay(Hold);
                }
            }
        })).ToArray();
        await Task.Delay(Before);
        var start = Stopwatch.GetTimestamp();
        await replaceAsync(manager);
        var replaced = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.Delay(After);
        await end.CancelAsync();
        await Task.WhenAll(callers);
        return new(waits.Count, failures, waits.Max(), replaced);
    }

    private static async Task ReplaceAsync(SharedModelManager manager)
    {
        await manager.RemoveAsync(Id);
        Add(manager);
        using var lease = await manager.FetchModelAsync<SlowModel>(Id);
    }

    private static void Add(SharedModelManager manager) => manager.Add(Id, static _ => new SlowModel());

    private readonly record struct Result(double Answers, double Failures, double Longest, double Replaced);

    private sealed class SlowModel : ISharedModel
    {
        public ModelFootprint Footprint => new(ModelBytes, ModelBytes);

        public async ValueTask LoadAsync(CancellationToken cancellationToken) => await Task.Delay(LoadTime, cancellationToken);

        public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}

using System.Threading.Channels;
using SharedModels.Benchmarks.Leasing;

namespace SharedModels.Benchmarks.Batching;

/// <summary>The cost of an input when the model does nothing, next to a batcher of a few lines around a channel.</summary>
internal static class CostBenchmark
{
    private const int Calls = 20_000, Count = 15, MaxBatchSize = 32;

    public static void Run(Report report)
    {
        report.Text("## Cost of an input on an empty model, in real time\n\nThe median of interleaved rounds, with the range.");
        report.Table("callers", "naive channel", "SharedModels", "ratio", "bytes, naive", "bytes, SharedModels");
        using var manager = new SharedModelManager();
        manager.Add(new Empty(), "empty");
        using var naive = new NaiveBatcher();
        foreach (var callers in new[] { 1, 8, 64, 256 })
        {
            var rounds = Rounds.Interleave(
                Count,
                Calls,
                () => Call(callers, naive.RunAsync),
                () => Call(callers, input => manager.RunAsync<int, int>("empty", input)));
            report.Cells(
                $"{callers}",
                rounds[0].Wall.ToTime(),
                rounds[1].Wall.ToTime(),
                rounds[1].Wall.Over(rounds[0].Wall).ToString("0.00"),
                rounds[0].Bytes.ToString("0"),
                rounds[1].Bytes.ToString("0"));
        }
    }

    private static void Call(int callers, Func<int, ValueTask<int>> run)
    {
        Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (var i = 0; i < Calls / callers; i++)
            {
                if (await run(i).ConfigureAwait(false) != i)
                    throw new InvalidOperationException("An input got the output of another one.");
            }
        })).GetAwaiter().GetResult();
    }

    private sealed class Empty : IBatchModel<int, int>
    {
        public IReadOnlyList<int> InvokeBatch(IReadOnlyList<int> inputs, CancellationToken cancellationToken) => inputs;
    }

    /// <summary>A developer's first version: a channel, and a loop that reads its contents.</summary>
    private sealed class NaiveBatcher : IDisposable
    {
        private readonly Channel<(int Input, TaskCompletionSource<int> Output)> _inputs =
            Channel.CreateUnbounded<(int, TaskCompletionSource<int>)>(new() { SingleReader = true });

        private readonly Empty _model = new();

        public NaiveBatcher() => _ = Task.Run(ServeAsync);

        public ValueTask<int> RunAsync(int input)
        {
            var output = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            _inputs.Writer.TryWrite((input, output));
            return new(output.Task);
        }

        public void Dispose() => _inputs.Writer.Complete();

        private async Task ServeAsync()
        {
            var batch = new List<(int Input, TaskCompletionSource<int> Output)>();
            while (await _inputs.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (batch.Count < MaxBatchSize && _inputs.Reader.TryRead(out var item))
                    batch.Add(item);
                var outputs = _model.InvokeBatch(batch.ConvertAll(static item => item.Input), CancellationToken.None);
                for (var i = 0; i < batch.Count; i++)
                    batch[i].Output.SetResult(outputs[i]);
                batch.Clear();
            }
        }
    }
}

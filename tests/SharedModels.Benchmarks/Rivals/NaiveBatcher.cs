using System.Threading.Channels;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>
/// A developer's first version: a channel, and a loop that runs what is in it. An exception goes to all callers of its batch.
/// </summary>
internal sealed class NaiveBatcher<TInput, TOutput>(IBatchModel<TInput, TOutput> model, int maxBatchSize) : IDisposable
{
    private readonly Channel<(TInput Input, TaskCompletionSource<TOutput> Output)> _inputs =
        Channel.CreateUnbounded<(TInput, TaskCompletionSource<TOutput>)>(new() { SingleReader = true });

    public NaiveBatcher<TInput, TOutput> Start()
    {
        _ = Task.Run(ServeAsync);
        return this;
    }

    public ValueTask<TOutput> RunAsync(TInput input)
    {
        var output = new TaskCompletionSource<TOutput>(TaskCreationOptions.RunContinuationsAsynchronously);
        _inputs.Writer.TryWrite((input, output));
        return new(output.Task);
    }

    public void Dispose() => _inputs.Writer.Complete();

    private async Task ServeAsync()
    {
        var batch = new List<(TInput Input, TaskCompletionSource<TOutput> Output)>();
        while (await _inputs.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < maxBatchSize && _inputs.Reader.TryRead(out var item))
                batch.Add(item);
            try
            {
                var outputs = model.InvokeBatch(batch.ConvertAll(static item => item.Input), CancellationToken.None);
                for (var i = 0; i < batch.Count; i++)
                    batch[i].Output.SetResult(outputs[i]);
            }
#pragma warning disable CA1031 // Without this, the first exception would end the loop.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                batch.ForEach(item => item.Output.SetException(exception));
            }

            batch.Clear();
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>A way to serve a text embedding model to concurrent callers.</summary>
/// <param name="Name">The name.</param>
/// <param name="EmbedAsync">Serves a call.</param>
/// <param name="MaxCallers">The number of callers beyond which the rival is not measured, because it takes too long.</param>
internal sealed record Rival(string Name, Func<string, CancellationToken, ValueTask<float[]>> EmbedAsync, int MaxCallers = int.MaxValue)
{
    /// <summary>Runs the calls for all texts, or <see langword="null"/> if callers call one after the other.</summary>
    public Func<IReadOnlyList<string>, int, Func<string, Task>, Task>? RunAllAsync { get; init; }

    /// <summary>Lets callers embed texts, one after the other, until all texts are embedded.</summary>
    /// <param name="callers">The number of concurrent calls.</param>
    /// <param name="count">The number of texts.</param>
    public RivalResult Run(int callers, int count)
    {
        var times = new ConcurrentBag<double>();
        var texts = Enumerable.Range(0, count).Select(static i => TextModels.Texts[i % TextModels.Texts.Length]).ToList();
        var start = Stopwatch.GetTimestamp();
        (RunAllAsync ?? RunCallersAsync)(texts, callers, CallAsync).GetAwaiter().GetResult();
        return new(count / Stopwatch.GetElapsedTime(start).TotalSeconds, times.Order().ElementAt((int)(0.99 * count)));

        async Task CallAsync(string text)
        {
            var begin = Stopwatch.GetTimestamp();
            if ((await EmbedAsync(text, CancellationToken.None).ConfigureAwait(false)).Length != 384)
                throw new InvalidOperationException("A vector has the wrong length.");
            times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
    }

    private static Task RunCallersAsync(IReadOnlyList<string> texts, int callers, Func<string, Task> callAsync)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < texts.Count; i = Interlocked.Increment(ref next))
                await callAsync(texts[i]).ConfigureAwait(false);
        })));
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SharedModels;

namespace Throughput;

/// <summary>Scores texts by the words that they contain.</summary>
[SharedModel("sentiment", MaxBatchSize = 16, MaxReplicas = SharedModelAttribute.All)]
internal sealed class Sentiment(IOptionsMonitor<SentimentOptions> options, IHostEnvironment environment)
    : ISharedModel, IBatchModel<string, Score>
{
    private readonly SentimentOptions _options = options.CurrentValue;
    private HashSet<string> _good = [];
    private string _device = "";

    public ModelFootprint Footprint => new(HostBytes: 1_000_000, DeviceBytes: 1_000_000);

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(environment.ContentRootPath, _options.Words);
        _good = new(await File.ReadAllLinesAsync(file, cancellationToken), StringComparer.OrdinalIgnoreCase);
    }

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken)
    {
        _device = $"{device}";
        return ValueTask.CompletedTask;
    }

    /// <summary>Scores the texts of several callers in one run.</summary>
    public IReadOnlyList<Score> InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne(_options.RunTime);
        return [.. inputs.Select(text => ScoreOf(text, inputs.Count))];
    }

    /// <summary>Scores one text. The worker does not block while the run is waiting, and the token ends the wait.</summary>
    public async Task<Score> ScoreAsync(string text, CancellationToken cancellationToken)
    {
        await Task.Delay(_options.RunTime, cancellationToken);
        return ScoreOf(text, texts: 1);
    }

    /// <summary>Scores each word of a text in a run of its own.</summary>
    public async IAsyncEnumerable<Score> ScoreWordsAsync(string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var word in text.Split(' '))
            yield return await ScoreAsync(word, cancellationToken);
    }

    private Score ScoreOf(string text, int texts) =>
        new(Math.Round(text.Split(' ').Average(word => _good.Contains(word) ? 1.0 : 0.0), 2), _device, texts);
}

using System.Runtime.CompilerServices;
using SharedModels;

namespace TypedCalls;

/// <summary>Scores a text by the words that it contains. The load takes as long as that of a large model.</summary>
[SharedModel("sentiment")]
internal sealed class Sentiment : ISentiment, ISharedModel
{
    private static readonly string[] Good = ["good", "great", "nice"];

    public ModelFootprint Footprint => new(HostBytes: 1_000_000, DeviceBytes: 1_000_000);

    public async ValueTask LoadAsync(CancellationToken cancellationToken) => await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);

    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async Task<Score> ScoreAsync(string text, CancellationToken cancellationToken = default)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        return new(text.Split(' ').Average(ScoreOf), Environment.ProcessId);
    }

    public async IAsyncEnumerable<Score> ScoreWordsAsync(
        string text, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var word in text.Split(' '))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            yield return new(ScoreOf(word), Environment.ProcessId);
        }
    }

    private static double ScoreOf(string word) => Good.Contains(word, StringComparer.OrdinalIgnoreCase) ? 1 : 0;
}

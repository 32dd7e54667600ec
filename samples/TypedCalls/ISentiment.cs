using SharedModels;

namespace TypedCalls;

/// <summary>The contract that the node and the caller share.</summary>
[RemoteModel("sentiment")]
public interface ISentiment
{
    /// <summary>Scores a text from 0 to 1. It can be computed twice, so it survives the loss of a node.</summary>
    [RemoteMethod(Retry = ModelRetry.WhenLost)]
    Task<Score> ScoreAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>Scores each word.</summary>
    IAsyncEnumerable<Score> ScoreWordsAsync(string text, CancellationToken cancellationToken = default);
}

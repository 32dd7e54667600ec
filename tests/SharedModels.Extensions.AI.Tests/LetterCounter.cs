namespace SharedModels.Extensions.AI.Tests;

/// <summary>A model whose vectors count the letters a, b and c of a text. It records the batches that it computes.</summary>
internal sealed class LetterCounter
{
    public List<int> Batches { get; } = [];

    /// <summary>Computes the vectors, one fewer than there are texts if a test wants a broken model.</summary>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Batches.Add(texts.Count);
        return [.. texts.Where(static text => text != "broken").Select(Embed)];
    }

    public int CountTokens(string text) => text.Split(' ').Length;

    private static float[] Embed(string text) => [Count(text, 'a'), Count(text, 'b'), Count(text, 'c')];

    private static int Count(string text, char letter) => text.Count(other => other == letter);
}

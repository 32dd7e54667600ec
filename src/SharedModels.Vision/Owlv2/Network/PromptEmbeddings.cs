using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Network;

/// <summary>
/// The embeddings of prompts. An embedding does not depend on the image, so it is computed once. The most recently used embeddings are
/// kept.
/// </summary>
internal sealed class PromptEmbeddings(ClipTokenizer tokenizer, Owlv2Network network, int capacity)
{
    // Keeps the activations of the text tower small, regardless of the number of prompts.
    private const int PromptsAtOnce = 64;

    // The cache keeps the text of its prompts.
    private const int LongestCachedPrompt = 1000;

    private readonly BoundedCache<string, float[]> _cache = new(capacity);

    /// <summary>Returns [prompts, projection], row by row.</summary>
    public float[] Get(IReadOnlyList<string> prompts)
    {
        var found = new Dictionary<string, float[]>(prompts.Count);
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var prompt in prompts)
        {
            network.Cancellation.ThrowIfCancellationRequested();
            if (found.ContainsKey(prompt) || missing.Contains(prompt))
                continue;
            if (_cache.TryGet(prompt, out var known))
                found.Add(prompt, known);
            else
                missing.Add(prompt);
        }

        foreach (var some in missing.Chunk(PromptsAtOnce))
            Compute(some, found);
        return [.. prompts.SelectMany(p => found[p])];
    }

    private void Compute(string[] prompts, Dictionary<string, float[]> found)
    {
        var embeddings = network.EmbedText([.. prompts.Select(prompt => tokenizer.EncodeTruncated(prompt, network.Cancellation))]);
        var width = embeddings.Length / prompts.Length;
        for (var i = 0; i < prompts.Length; i++)
        {
            var embedding = embeddings[(i * width)..((i + 1) * width)];
            found.Add(prompts[i], embedding);
            if (prompts[i].Length <= LongestCachedPrompt)
                _cache.Set(prompts[i], embedding);
        }
    }
}

using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace Search;

/// <summary>The texts of the folder, with their vectors from each model. The first search with a model computes them.</summary>
internal sealed class TextIndex(IServiceProvider services)
{
    private const int MaxHits = 5;

    private readonly Lazy<StoredText[]> _texts = new(StoredText.ReadAll);
    private readonly ConcurrentDictionary<string, ReadOnlyMemory<float>[]> _vectors = new(StringComparer.Ordinal);

    /// <summary>Returns the texts that are nearest to a query, starting with the nearest one.</summary>
    public async Task<IReadOnlyList<SearchHit>> SearchAsync(string query, TextModel model, CancellationToken cancellationToken)
    {
        var generator = services.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(model.Id);
        var texts = _texts.Value;
        if (!_vectors.TryGetValue(model.Id, out var vectors))
        {
            // Two first searches can compute the vectors twice, with the same result.
            var embeddings = await generator.GenerateAsync(
                texts.Select(static text => $"{text.Title}. {text.Body}"), cancellationToken: cancellationToken);
            _vectors[model.Id] = vectors = [.. embeddings.Select(static embedding => embedding.Vector)];
        }

        var wanted = await generator.GenerateVectorAsync(model.QueryPrefix + query, cancellationToken: cancellationToken);
        return [.. texts
            .Zip(vectors, (text, vector) => new SearchHit(text.Title, text.Body, TensorPrimitives.Dot(vector.Span, wanted.Span)))
            .OrderByDescending(static hit => hit.Score)
            .Take(MaxHits)];
    }
}

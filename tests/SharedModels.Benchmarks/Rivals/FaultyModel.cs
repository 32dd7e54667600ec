using SharedModels.OnnxRuntime;

namespace SharedModels.Benchmarks.Rivals;

/// <summary>A text model that fails on one text, as a model does on an input that it cannot process.</summary>
internal sealed class FaultyModel(TextEmbeddingOptions options) : TextEmbeddingModel(options), IBatchModel<string, float[]>
{
    public const string Poison = "poison";

    IReadOnlyList<float[]> IBatchModel<string, float[]>.InvokeBatch(IReadOnlyList<string> inputs, CancellationToken cancellationToken) =>
        inputs.Contains(Poison) ? throw new FormatException("A text cannot be read.") : InvokeBatch(inputs, cancellationToken);
}

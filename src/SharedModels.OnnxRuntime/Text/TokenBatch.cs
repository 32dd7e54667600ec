using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace SharedModels.OnnxRuntime.Text;

/// <summary>The tokens of several texts as tensors, in which shorter texts are padded.</summary>
internal sealed class TokenBatch : IDisposable
{
    private readonly int[] _lengths;
    private readonly int _longest;
    private readonly Dictionary<string, OrtValue> _tensors;

    private TokenBatch(int[] lengths, int longest, Dictionary<string, OrtValue> tensors) =>
        (_lengths, _longest, _tensors) = (lengths, longest, tensors);

    public static TokenBatch Create(IReadOnlyList<int>[] texts, int padding)
    {
        var lengths = Array.ConvertAll(texts, static text => text.Count);
        var longest = lengths.Max();
        var (ids, mask) = (new long[texts.Length * longest], new long[texts.Length * longest]);
        Array.Fill(ids, padding);
        for (var row = 0; row < texts.Length; row++)
        {
            for (var i = 0; i < lengths[row]; i++)
                ids[(row * longest) + i] = texts[row][i];
            mask.AsSpan(row * longest, lengths[row]).Fill(1);
        }

        long[] shape = [texts.Length, longest];
        return new(lengths, longest, new(StringComparer.Ordinal)
        {
            ["input_ids"] = OrtValue.CreateTensorValueFromMemory(ids, shape),
            ["attention_mask"] = OrtValue.CreateTensorValueFromMemory(mask, shape),
            ["token_type_ids"] = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape),
        });
    }

    /// <summary>Returns the tensors that the session takes. Not every model takes the types of tokens.</summary>
    /// <exception cref="InvalidOperationException">The session takes other inputs.</exception>
    public Dictionary<string, OrtValue> InputsOf(InferenceSession session) => session.InputNames.ToDictionary(
        static name => name,
        name => _tensors.GetValueOrDefault(name) ?? throw new InvalidOperationException(
            $"The model takes the input '{name}'. A text embedding model takes {string.Join(", ", _tensors.Keys)} or some of them."),
        StringComparer.Ordinal);

    /// <summary>Reduces the vectors of tokens, or of texts if the model does that itself, to one vector for each text.</summary>
    /// <exception cref="InvalidOperationException">The output has another shape.</exception>
    public IReadOnlyList<float[]> Pool(OrtValue output, TextPooling pooling, bool normalize)
    {
        var shape = output.GetTensorTypeAndShape().Shape;
        var isPooled = shape.Length == 2 && shape[0] == _lengths.Length;
        if (!isPooled && (shape.Length != 3 || shape[0] != _lengths.Length || shape[1] != _longest))
            throw new InvalidOperationException(
                $"The model's first output has the shape [{string.Join(", ", shape)}]. For {_lengths.Length} texts of at most {_longest} "
                + $"tokens, it must be [{_lengths.Length}, {_longest}, n] or [{_lengths.Length}, n].");
        var size = (int)shape[^1];
        var values = output.GetTensorDataAsSpan<float>();
        var vectors = new float[_lengths.Length][];
        for (var row = 0; row < vectors.Length; row++)
        {
            var tokens = values[(row * (isPooled ? 1 : _longest) * size)..];
            vectors[row] = isPooled || pooling == TextPooling.First ? tokens[..size].ToArray() : Mean(tokens, _lengths[row], size);
            if (normalize)
                TensorPrimitives.Divide(vectors[row], Math.Max(TensorPrimitives.Norm(vectors[row]), float.Epsilon), vectors[row]);
        }

        return vectors;
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
    }

    private static float[] Mean(ReadOnlySpan<float> tokens, int count, int size)
    {
        var mean = new float[size];
        for (var i = 0; i < count; i++)
            TensorPrimitives.Add(mean, tokens.Slice(i * size, size), mean);
        TensorPrimitives.Divide(mean, count, mean);
        return mean;
    }
}

using SharedModels.OnnxRuntime.Tests.Graphs;

namespace SharedModels.OnnxRuntime.Tests;

/// <summary>A class that derives from <see cref="OnnxModel"/>.</summary>
internal sealed class TinyModel(OnnxModelOptions options) : OnnxModel(options)
{
    public const int Size = 4;

    /// <summary>Writes the model's file, which multiplies every number by a weight.</summary>
    public static string Write(TemporaryFolder folder, string name = "tiny.onnx", float weight = 2, int size = Size) =>
        folder.Write(name, GraphWriter.Multiplication(size, weight));

    public float[] Multiply(params float[] row) => Multiply(Session, row);

    public static float[] Multiply(Microsoft.ML.OnnxRuntime.InferenceSession session, params float[] row)
    {
        using var x = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(row, [row.Length / Size, Size]);
        using var results = session.Run(new Dictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> { ["x"] = x });
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

namespace SharedModels.OnnxRuntime.Graphs;

/// <summary>The size of an ONNX model, read from its file without its weights.</summary>
/// <param name="WeightBytes">The bytes of the initializers and constants of the graph and its subgraphs, including external data.</param>
/// <param name="ExternalFiles">The files with external data, relative to the model's folder.</param>
internal sealed record OnnxGraph(long WeightBytes, IReadOnlyCollection<string> ExternalFiles)
{
    /// <exception cref="InvalidDataException">The file is not an ONNX model.</exception>
    public static OnnxGraph Read(string path)
    {
        using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 16_384, FileOptions.RandomAccess);
        try
        {
            var reader = new OnnxGraphReader(new(stream));
            reader.ReadModel();
            return reader.HasGraph
                ? new(reader.WeightBytes, reader.ExternalFiles)
                : throw new InvalidDataException("It contains no graph.");
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new InvalidDataException($"'{path}' is not a valid ONNX model. {exception.Message}", exception);
        }
    }
}

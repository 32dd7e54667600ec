using SharedModels.Compute.Checkpoints;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>
/// Builds an ONNX model whose weights stay in a safetensors file, as external data. The field numbers are those of onnx.proto3 of ONNX
/// 1.16.
/// </summary>
internal sealed class OnnxGraph(SafetensorsFile weights)
{
    /// <summary>The domain of the operators that ONNX Runtime adds to the standard.</summary>
    public const string Microsoft = "com.microsoft";

    private const int FloatType = 1, Int64Type = 7, IrVersion = 10, Opset = 20;

    private readonly ProtoWriter _graph = new();
    private readonly HashSet<string> _initializers = [];
    private readonly long _dataBegin = weights.Length - weights.Entries.Max(static entry => entry.End);
    private int _values;

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string operation, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Node("", operation, inputs, attributes);

    /// <summary>Adds a node of a domain, with one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(
        string domain, string operation, string[] inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var (node, output) = (new ProtoWriter(), $"v{_values++}");
        foreach (var input in inputs)
            node.Text(1, input);
        node.Text(2, output).Text(3, output).Text(4, operation);
        foreach (var (name, value) in attributes)
            node.Message(5, Attribute(name, value));
        if (domain.Length > 0)
            node.Text(7, domain);
        _graph.Message(1, node);
        return output;
    }

    /// <summary>Adds a tensor of the safetensors file, unless it was added before.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="shape">A shape with the same number of elements, or none for the tensor's own.</param>
    public string Weight(string name, params ReadOnlySpan<long> shape)
    {
        var entry = weights.Entries.First(entry => entry.Name == name);
        if (!_initializers.Add(name))
            return name;
        var tensor = new ProtoWriter();
        foreach (var side in shape.IsEmpty ? entry.Shape : shape)
            tensor.Number(1, side);
        tensor.Number(2, FloatType).Text(8, name);
        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)
            [
                ("location", Path.GetFileName(weights.Path)), ("offset", $"{_dataBegin + entry.Begin}"),
                ("length", $"{entry.End - entry.Begin}"),
            ])
            tensor.Message(13, new ProtoWriter().Text(1, key).Text(2, value));
        _graph.Message(5, tensor.Number(14, 1));
        return name;
    }

    /// <summary>Adds integers: a shape, or indices.</summary>
    public string Numbers(params ReadOnlySpan<long> numbers)
    {
        var (tensor, name) = (new ProtoWriter().Number(1, numbers.Length).Number(2, Int64Type), $"c{_values++}");
        foreach (var number in numbers)
            tensor.Number(7, number);
        _graph.Message(5, tensor.Text(8, name));
        return name;
    }

    /// <summary>Adds a number.</summary>
    public string Scalar(float number)
    {
        var name = $"c{_values++}";
        _graph.Message(5, new ProtoWriter().Number(2, FloatType).Float(4, number).Text(8, name));
        return name;
    }

    /// <summary>Writes the model next to the safetensors file.</summary>
    /// <returns>The model's path.</returns>
    public string Save(string name, (string Name, long[] Shape) input, (string Name, long[] Shape) output)
    {
        _graph.Text(2, name).Message(11, Value(input)).Message(12, Value(output));
        var model = new ProtoWriter().Number(1, IrVersion).Text(2, "SharedModels").Message(7, _graph);
        model.Message(8, new ProtoWriter().Text(1, "").Number(2, Opset)).Message(8, new ProtoWriter().Text(1, Microsoft).Number(2, 1));
        var path = Path.Combine(Path.GetDirectoryName(weights.Path)!, $"{name}.onnx");
        File.WriteAllBytes(path, model.ToArray());
        return path;
    }

    private static ProtoWriter Attribute(string name, object value)
    {
        var attribute = new ProtoWriter().Text(1, name);
        switch (value)
        {
            case float number:
                return attribute.Float(2, number).Number(20, 1);
            case int number:
                return attribute.Number(3, number).Number(20, 2);
            case int[] numbers:
                foreach (var number in numbers)
                    attribute.Number(8, number);
                return attribute.Number(20, 7);
            default:
                throw new ArgumentException($"An attribute cannot be a {value.GetType()}.", nameof(value));
        }
    }

    private static ProtoWriter Value((string Name, long[] Shape) value)
    {
        var shape = new ProtoWriter();
        foreach (var side in value.Shape)
            shape.Message(1, new ProtoWriter().Number(1, side));
        var type = new ProtoWriter().Message(1, new ProtoWriter().Number(1, FloatType).Message(2, shape));
        return new ProtoWriter().Text(1, value.Name).Message(2, type);
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace SharedModels.OnnxRuntime.Tests.Graphs;

/// <summary>Writes small ONNX models. The numbers of the fields are those of onnx.proto.</summary>
internal sealed class GraphWriter : IDisposable
{
    public const int Float = 1, Int64 = 7, Bool = 9;

    private readonly MemoryStream _bytes = new();

    /// <summary>A model that multiplies the input "x" of any number of rows by a square matrix.</summary>
    public static byte[] Multiplication(int size, float weight = 2)
    {
        var weights = new float[size * size];
        for (var i = 0; i < size; i++)
            weights[i * (size + 1)] = weight;
        return Model(
            [Node("MatMul", ["x", "w"], ["y"])],
            [Tensor("w", Float, [size, size], MemoryMarshal.AsBytes<float>(weights).ToArray())],
            [Value("x", Float, -1, size)],
            [Value("y", Float, -1, size)]);
    }

    /// <summary>A model that never ends, unless its run is terminated.</summary>
    public static byte[] EndlessLoop()
    {
        var body = Graph(
            [Node("Identity", ["go_on"], ["go_on_out"]), Node("Add", ["sum", "one"], ["sum_out"])],
            [Tensor("one", Float, [], BitConverter.GetBytes(1f))],
            [Value("iteration", Int64), Value("go_on", Bool), Value("sum", Float)],
            [Value("go_on_out", Bool), Value("sum_out", Float)]);
        return Model(
            [Node("Loop", ["", "true", "x"], ["y"], GraphAttribute("body", body))],
            [Tensor("true", Bool, [], [1])],
            [Value("x", Float)],
            [Value("y", Float)]);
    }

    public static byte[] Model(byte[][] nodes, byte[][] initializers, byte[][] inputs, byte[][] outputs) => new GraphWriter()
        .Number(1, 8)
        .Message(8, new GraphWriter().Number(2, 17).End())
        .Message(7, Graph(nodes, initializers, inputs, outputs))
        .End();

    public static byte[] Graph(byte[][] nodes, byte[][] initializers, byte[][] inputs, byte[][] outputs)
    {
        var graph = new GraphWriter();
        graph.Messages(1, nodes).Text(2, "graph").Messages(5, initializers).Messages(11, inputs).Messages(12, outputs);
        return graph.End();
    }

    public static byte[] Node(string operation, string[] inputs, string[] outputs, params byte[][] attributes)
    {
        var node = new GraphWriter();
        foreach (var input in inputs)
            node.Text(1, input);
        foreach (var output in outputs)
            node.Text(2, output);
        return node.Text(4, operation).Messages(5, attributes).End();
    }

    public static byte[] TensorAttribute(string name, byte[] tensor) =>
        new GraphWriter().Text(1, name).Message(5, tensor).Number(20, 4).End();

    public static byte[] GraphAttribute(string name, byte[] graph) =>
        new GraphWriter().Text(1, name).Message(6, graph).Number(20, 5).End();

    public static byte[] Tensor(string name, int type, long[] dims, byte[] data, bool isPacked = false, string? externalFile = null)
    {
        var tensor = new GraphWriter();
        if (isPacked)
        {
            using var packed = new GraphWriter();
            foreach (var dim in dims)
                packed.Varint((ulong)dim);
            tensor.Message(1, packed._bytes.ToArray());
        }
        else
        {
            foreach (var dim in dims)
                tensor.Number(1, dim);
        }

        tensor.Number(2, type).Text(8, name);
        if (externalFile is null)
            return tensor.Message(9, data).End();
        return tensor.Message(13, new GraphWriter().Text(1, "location").Text(2, externalFile).End()).Number(14, 1).End();
    }

    /// <summary>An input or output. A dimension of -1 is free, and no dimensions mean a scalar.</summary>
    public static byte[] Value(string name, int type, params long[] dims)
    {
        var shape = new GraphWriter();
        foreach (var dim in dims)
            shape.Message(1, dim < 0 ? new GraphWriter().Text(2, "rows").End() : new GraphWriter().Number(1, dim).End());
        var tensorType = new GraphWriter().Number(1, type).Message(2, shape.End()).End();
        return new GraphWriter().Text(1, name).Message(2, new GraphWriter().Message(1, tensorType).End()).End();
    }

    public GraphWriter Number(int field, long value)
    {
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public GraphWriter Fixed(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public GraphWriter Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    public GraphWriter Message(int field, byte[] value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public byte[] End()
    {
        using (this)
            return _bytes.ToArray();
    }

    public void Dispose() => _bytes.Dispose();

    private GraphWriter Messages(int field, byte[][] values)
    {
        foreach (var value in values)
            Message(field, value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}

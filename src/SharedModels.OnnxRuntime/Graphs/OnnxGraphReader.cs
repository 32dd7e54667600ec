namespace SharedModels.OnnxRuntime.Graphs;

/// <summary>Adds up the weights of a model. The numbers of the fields are those of onnx.proto.</summary>
internal sealed class OnnxGraphReader(ProtobufReader reader)
{
    private readonly HashSet<string> _externalFiles = new(StringComparer.Ordinal);

    public bool HasGraph { get; private set; }

    public long WeightBytes { get; private set; }

    public IReadOnlyCollection<string> ExternalFiles => _externalFiles;

    public void ReadModel() => reader.ReadMessage(reader.Length, (field, type) =>
    {
        const int graph = 7, functions = 25;
        HasGraph |= field == graph;
        Read(field, type, graph, ReadGraph, functions, ReadFunction);
    });

    private void ReadGraph(long end) => reader.ReadMessage(end, (field, type) =>
    {
        const int node = 1, initializer = 5, sparseInitializer = 15;
        if (field == sparseInitializer)
            Read(field, type, sparseInitializer, ReadSparseTensor);
        else
            Read(field, type, node, ReadNode, initializer, ReadTensor);
    });

    private void ReadFunction(long end) => reader.ReadMessage(end, (field, type) => Read(field, type, message: 7, ReadNode));

    private void ReadNode(long end) => reader.ReadMessage(end, (field, type) => Read(field, type, message: 5, ReadAttribute));

    private void ReadAttribute(long end) => reader.ReadMessage(end, (field, type) =>
    {
        const int tensor = 5, graph = 6, tensors = 10, graphs = 11;
        if (field is tensor or tensors)
            Read(field, type, field, ReadTensor);
        else
            Read(field, type, graph, ReadGraph, graphs, ReadGraph);
    });

    private void ReadSparseTensor(long end) => reader.ReadMessage(end, (field, type) => Read(field, type, 1, ReadTensor, 2, ReadTensor));

    private void ReadTensor(long end)
    {
        const int dims = 1, dataType = 2, stringData = 6, externalData = 13;
        long elements = 1, textBytes = 0;
        var elementType = 0;
        reader.ReadMessage(end, (field, type) =>
        {
            switch (field, type)
            {
                case (dims, ProtobufReader.Varint):
                    elements = Multiply(elements, reader.ReadVarint(end));
                    break;
                case (dims, ProtobufReader.Bytes):
                    for (var last = reader.ReadEnd(); reader.Position < last;)
                        elements = Multiply(elements, reader.ReadVarint(last));
                    break;
                case (dataType, ProtobufReader.Varint):
                    elementType = (int)reader.ReadVarint(end);
                    break;
                case (stringData, ProtobufReader.Bytes):
                    var start = reader.Position;
                    reader.Skip(type);
                    textBytes += reader.Position - start;
                    break;
                case (externalData, ProtobufReader.Bytes):
                    ReadExternalData(reader.ReadEnd());
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        });
        WeightBytes = checked(WeightBytes + textBytes + ((checked(elements * BitsOf(elementType)) + 7) / 8));
    }

    private void ReadExternalData(long end)
    {
        const int key = 1, value = 2;
        string? name = null, text = null;
        reader.ReadMessage(end, (field, type) =>
        {
            switch (field, type)
            {
                case (key, ProtobufReader.Bytes):
                    name = reader.ReadText();
                    break;
                case (value, ProtobufReader.Bytes):
                    text = reader.ReadText();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        });
        if (name == "location" && text is not null)
            _externalFiles.Add(text);
    }

    private void Read(int field, int type, int message, Action<long> read, int otherMessage = 0, Action<long>? readOther = null)
    {
        if (type == ProtobufReader.Bytes && field == message)
            read(reader.ReadEnd());
        else if (type == ProtobufReader.Bytes && field == otherMessage && readOther is not null)
            readOther(reader.ReadEnd());
        else
            reader.Skip(type);
    }

    private static long Multiply(long elements, ulong dimension) => checked(elements * (long)dimension);

    /// <summary>Returns the bits of an element. A type that is not known yet counts as one byte. Texts are counted by their data.</summary>
    private static int BitsOf(int type) => type switch
    {
        1 or 6 or 12 => 32,
        4 or 5 or 10 or 16 => 16,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        21 or 22 or 23 => 4,
        8 => 0,
        _ => 8,
    };
}

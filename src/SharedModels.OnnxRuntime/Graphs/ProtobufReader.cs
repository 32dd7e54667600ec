namespace SharedModels.OnnxRuntime.Graphs;

/// <summary>
/// Reads the fields of a message in the protobuf format from a file, and seeks over everything that is not needed: a model's file consists
/// of weights, which are not read.
/// </summary>
internal sealed class ProtobufReader(Stream stream)
{
    /// <summary>The nesting of subgraphs is limited, so that a hostile file cannot exhaust the stack.</summary>
    private const int MaxDepth = 64;

    private int _depth;

    public const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    public long Position => stream.Position;

    public long Length => stream.Length;

    /// <summary>Reads the fields of a message that ends at a position. The callback must read or skip the value of each field.</summary>
    /// <exception cref="InvalidDataException">The file is not in the protobuf format.</exception>
    public void ReadMessage(long end, Action<int, int> onField)
    {
        if (++_depth > MaxDepth)
            throw new InvalidDataException($"Messages are nested more than {MaxDepth} deep.");
        while (stream.Position < end)
        {
            var key = ReadVarint(end);
            if (key >> 3 is 0 or > int.MaxValue)
                throw new InvalidDataException($"There is no valid field at byte {stream.Position}.");
            onField((int)(key >> 3), (int)(key & 7));
        }

        if (stream.Position != end)
            throw new InvalidDataException($"A message ends at byte {end}, but its last field ends at byte {stream.Position}.");
        _depth--;
    }

    /// <summary>Reads the length of a field's value and returns the position at which the value ends.</summary>
    public long ReadEnd()
    {
        var length = ReadVarint(stream.Length);
        return length <= (ulong)(stream.Length - stream.Position)
            ? stream.Position + (long)length
            : throw new InvalidDataException($"A value of {length} bytes at byte {stream.Position} is longer than the file.");
    }

    public ulong ReadVarint(long end)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = stream.Position < end ? stream.ReadByte() : -1;
            if (next < 0)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException($"There is no valid number at byte {stream.Position}.");
    }

    /// <summary>Reads a text of at most 4,096 bytes.</summary>
    public string ReadText()
    {
        var end = ReadEnd();
        var length = end - stream.Position;
        if (length > 4_096)
            throw new InvalidDataException($"A name at byte {stream.Position} has {length} bytes.");
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Skips a value.</summary>
    public void Skip(int wireType)
    {
        var end = wireType switch
        {
            Varint => SkipVarint(),
            Fixed64 => stream.Position + sizeof(ulong),
            Bytes => ReadEnd(),
            Fixed32 => stream.Position + sizeof(uint),
            _ => throw new InvalidDataException($"There is no valid field at byte {stream.Position}."),
        };
        if (end > stream.Length)
            throw new InvalidDataException($"A value at byte {stream.Position} is longer than the file.");
        stream.Position = end;
    }

    private long SkipVarint()
    {
        ReadVarint(stream.Length);
        return stream.Position;
    }
}

using System.Text;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>A message of Protocol Buffers without its description: fields by number.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Content)> _fields = [];

    public ProtoMessage(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = ReadNumber(ref bytes);
            var length = (tag & 7) switch
            {
                0 => LengthOfNumber(bytes),
                1 => sizeof(long),
                2 => (int)ReadNumber(ref bytes),
                5 => sizeof(int),
                var type => throw new InvalidDataException($"Fields of type {type} are not known."),
            };
            _fields.Add(((int)(tag >> 3), bytes[..length]));
            bytes = bytes[length..];
        }
    }

    /// <summary>The messages at the end of a path of fields.</summary>
    public IEnumerable<ProtoMessage> All(params int[] path) =>
        path.Aggregate(Enumerable.Repeat(this, 1), static (messages, field) =>
            messages.SelectMany(message => message.Contents(field).Select(static content => new ProtoMessage(content))));

    public string Text(int field) => Contents(field).Select(static content => Encoding.UTF8.GetString(content.Span)).FirstOrDefault("");

    public string Hex(int field) => Contents(field).Select(static content => Convert.ToHexStringLower(content.Span)).FirstOrDefault("");

    private IEnumerable<ReadOnlyMemory<byte>> Contents(int field) =>
        _fields.Where(candidate => candidate.Field == field).Select(static candidate => candidate.Content);

    private static int LengthOfNumber(ReadOnlyMemory<byte> bytes)
    {
        var rest = bytes;
        ReadNumber(ref rest);
        return bytes.Length - rest.Length;
    }

    private static ulong ReadNumber(ref ReadOnlyMemory<byte> bytes)
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes.Span[0];
            bytes = bytes[1..];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }
    }
}

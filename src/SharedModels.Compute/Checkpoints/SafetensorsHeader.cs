using System.Buffers.Binary;
using System.Text.Json;

namespace SharedModels.Compute.Checkpoints;

/// <summary>Reads and validates the header of a safetensors file: https://github.com/huggingface/safetensors#format</summary>
internal static class SafetensorsHeader
{
    public const int LengthBytes = 8;
    private const long LongestHeader = 100_000_000;

    /// <summary>Reads the entries, sorted by offset, and returns where the data begins.</summary>
    public static long Read(
        string path, ReadOnlySpan<byte> prefix, long fileLength, Func<int, ReadOnlyMemory<byte>> readHeader, List<SafetensorsEntry> entries)
    {
        if (prefix.Length < LengthBytes)
            throw Bad(path, $"it is too short to contain the header's length");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader)
            throw Bad(path, $"its header's length is {length}, more than the maximum of {LongestHeader}");
        var dataBegin = LengthBytes + (long)length;
        if (dataBegin > fileLength)
            throw Bad(path, $"its header's length is {length}, beyond the end of the file ({fileLength} bytes)");
        try
        {
            Parse(path, readHeader((int)length).Span, entries);
        }
        catch (JsonException e)
        {
            throw Bad(path, $"its header is not valid JSON at byte {e.BytePositionInLine} of line {e.LineNumber + 1}", e);
        }
        catch (InvalidOperationException e)
        {
            throw Bad(path, "its header contains text that is not valid Unicode", e);
        }

        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        CheckOffsets(path, fileLength - dataBegin, entries);
        return dataBegin;
    }

    private static void Parse(string path, ReadOnlySpan<byte> json, List<SafetensorsEntry> entries)
    {
        if (json is [(byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..])
            throw Bad(path, "its header begins with whitespace instead of '{'");
        var reader = new Utf8JsonReader(json);
        var names = new HashSet<string>();
        Expect(path, ref reader, JsonTokenType.StartObject, "the header");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
                throw Bad(path, $"tensor '{name}' occurs twice");
            if (name == "__metadata__")
            {
                CheckMetadata(path, ref reader);
            }
            else
            {
                entries.Add(ParseEntry(path, name, ref reader));
            }
        }

        // The format allows whitespace after the JSON, which the reader skips. The reader reports anything else.
        if (reader.Read())
            throw Bad(path, "its header has data after the JSON object");
    }

    private static void CheckMetadata(string path, ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            throw Bad(path, $"__metadata__ is {reader.TokenType} instead of an object");
        if (reader.TokenType == JsonTokenType.Null)
            return;
        var keys = new HashSet<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            if (!keys.Add(key))
                throw Bad(path, $"__metadata__ has the key '{key}' twice");
            if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                throw Bad(path, $"__metadata__ has the key '{key}', whose value is {reader.TokenType} instead of a string");
            // Throws if the string is not valid Unicode.
            reader.GetString();
        }
    }

    private static SafetensorsEntry ParseEntry(string path, string name, ref Utf8JsonReader reader)
    {
        string? type = null;
        List<long>? shape = null, offsets = null;
        var keys = new HashSet<string>();
        Expect(path, ref reader, JsonTokenType.StartObject, $"tensor '{name}'");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            if (!keys.Add(key))
                throw Bad(path, $"tensor '{name}' has the key '{key}' twice");
            if (key == "dtype")
            {
                Expect(path, ref reader, JsonTokenType.String, $"the dtype of tensor '{name}'");
                type = reader.GetString();
            }
            else if (key == "shape")
            {
                shape = ParseNumbers(path, $"the shape of tensor '{name}'", ref reader);
            }
            else if (key == "data_offsets")
            {
                offsets = ParseNumbers(path, $"the data_offsets of tensor '{name}'", ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (type is null || shape is null || offsets is null)
            throw Bad(path, $"tensor '{name}' has no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        if (offsets.Count != 2)
            throw Bad(path, $"tensor '{name}' has {offsets.Count} data_offsets instead of 2");
        return new SafetensorsEntry(name, type, [.. shape], offsets[0], offsets[1]);
    }

    private static List<long> ParseNumbers(string path, string what, ref Utf8JsonReader reader)
    {
        var numbers = new List<long>();
        Expect(path, ref reader, JsonTokenType.StartArray, what);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number) || number < 0)
                throw Bad(path, $"{what} contains something other than non-negative integers");
            numbers.Add(number);
        }

        return numbers;
    }

    private static void CheckOffsets(string path, long dataLength, List<SafetensorsEntry> entries)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.End < entry.Begin || entry.End > dataLength)
                throw Bad(path, $"tensor '{entry.Name}' is at bytes {entry.Begin} to {entry.End}, but the data ends at byte {dataLength}");
            if (entry.Begin < end)
                throw Bad(path, $"tensor '{entry.Name}' begins at byte {entry.Begin}, inside the tensor before it, which ends at {end}");
            if (entry.Begin > end)
                throw Bad(path, $"tensor '{entry.Name}' begins at byte {entry.Begin}, but the data before it ends at {end}");
            end = entry.End;
            if (SafetensorsType.BitsOf(entry.Type) == 0)
                throw Bad(path, $"tensor '{entry.Name}' has the dtype '{entry.Type}', which the format does not define");
            if (BytesOf(entry) != entry.End - entry.Begin)
                throw Bad(
                    path,
                    $"tensor '{entry.Name}', {entry.Type} {entry.ShapeText}, does not match its byte length {entry.End - entry.Begin}");
        }

        if (end < dataLength)
            throw Bad(path, $"its last tensor ends at byte {end}, but the data ends at byte {dataLength}");
    }

    /// <summary>
    /// Returns the bytes that a tensor of this type and shape takes, or -1 if the number is not an integer or too large.
    /// </summary>
    private static long BytesOf(SafetensorsEntry entry)
    {
        try
        {
            var bits = entry.Shape.Aggregate(1UL, static (count, side) => checked(count * (ulong)side));
            bits = checked(bits * (ulong)SafetensorsType.BitsOf(entry.Type));
            return bits % 8 == 0 ? (long)(bits / 8) : -1;
        }
        catch (OverflowException)
        {
            return -1;
        }
    }

    private static void Expect(string path, ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw Bad(path, $"{what} is {reader.TokenType} instead of {type}");
    }

    private static CheckpointException Bad(string path, string what, Exception? inner = null)
    {
        var message = $"'{path}' is not a valid safetensors file: {what}. {CheckpointFile.RemedyFor(path)}";
        return inner is null ? new CheckpointException(message) : new CheckpointException(message, inner);
    }
}

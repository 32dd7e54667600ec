using System.Buffers.Binary;
using System.Text;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Compute.Tests.Checkpoints;

/// <summary>Tests the header without a file: what it accepts, what it rejects, and that it never fails in any other way.</summary>
public sealed class SafetensorsHeaderTests
{
    private const string Good =
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[2,2],"data_offsets":[8,16]}}""";

    public static TheoryData<string, string> WrongFields => new()
    {
        { "\"dtype\":null", "the dtype of tensor 'a' is Null" },
        { "\"dtype\":true", "the dtype of tensor 'a' is True" },
        { "\"dtype\":[\"F32\"]", "the dtype of tensor 'a' is StartArray" },
        { "\"dtype\":{}", "the dtype of tensor 'a' is StartObject" },
        { "\"shape\":null", "the shape of tensor 'a' is Null" },
        { "\"shape\":\"2\"", "the shape of tensor 'a' is String" },
        { "\"shape\":{}", "the shape of tensor 'a' is StartObject" },
        { "\"shape\":[null]", "the shape of tensor 'a' contains" },
        { "\"shape\":[[2]]", "the shape of tensor 'a' contains" },
        { "\"shape\":[{}]", "the shape of tensor 'a' contains" },
        { "\"shape\":[2e0]", "the shape of tensor 'a' contains" },
        { "\"shape\":[-0.0]", "the shape of tensor 'a' contains" },
        { "\"shape\":[9223372036854775808]", "the shape of tensor 'a' contains" },
        { "\"data_offsets\":null", "the data_offsets of tensor 'a' is Null" },
        { "\"data_offsets\":8", "the data_offsets of tensor 'a' is Number" },
        { "\"data_offsets\":[]", "0 data_offsets" },
        { "\"data_offsets\":[0,8,8,16]", "4 data_offsets" },
        { "\"data_offsets\":[0,\"8\"]", "the data_offsets of tensor 'a' contains" },
        { "\"data_offsets\":[-8,0]", "the data_offsets of tensor 'a' contains" },
        { "\"data_offsets\":[0,9223372036854775807]", "the data ends at byte 16" },
        { "\"data_offsets\":[8,0]", "is at bytes 8 to 0" },
        { "\"data_offsets\":[16,24]", "the data ends at byte 16" },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public void A_wrong_field_is_named(string field, string expected)
    {
        string[] right = ["\"dtype\":\"F32\"", "\"shape\":[2]", "\"data_offsets\":[0,8]"];
        var key = field[..(field.IndexOf(':', StringComparison.Ordinal) + 1)];
        var fields = right.Select(other => other.StartsWith(key, StringComparison.Ordinal) ? field : other);
        var json = $$$"""{"a":{{{{string.Join(',', fields)}}}}}""";
        var message = Assert.Throws<CheckpointException>(() => Read(json, 16)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("'some/file'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_are_in_the_order_of_the_data()
    {
        var (begin, entries) = Read(
            """{"late":{"dtype":"U8","shape":[4],"data_offsets":[8,12]},"early":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""", 12);
        Assert.Equal(["early", "late"], entries.Select(e => e.Name));
        Assert.Equal("[]", entries[0].ShapeText);
        Assert.Equal("[4]", entries[1].ShapeText);
        Assert.True(begin > SafetensorsHeader.LengthBytes);
    }

    [Theory]
    [InlineData("BOOL", 1)]
    [InlineData("U8", 1)]
    [InlineData("I8", 1)]
    [InlineData("F8_E4M3", 1)]
    [InlineData("F8_E5M2", 1)]
    [InlineData("I16", 2)]
    [InlineData("U16", 2)]
    [InlineData("F16", 2)]
    [InlineData("BF16", 2)]
    [InlineData("I32", 4)]
    [InlineData("U32", 4)]
    [InlineData("F32", 4)]
    [InlineData("I64", 8)]
    [InlineData("U64", 8)]
    [InlineData("F64", 8)]
    [InlineData("F8_E8M0", 1)]
    [InlineData("F8_E4M3FNUZ", 1)]
    [InlineData("F8_E5M2FNUZ", 1)]
    [InlineData("C64", 8)]
    public void Each_type_has_its_size(string type, int size)
    {
        Assert.Single(Read(Entry(type, 3 * size), 3 * size).Entries);
        Assert.Throws<CheckpointException>(() => Read(Entry(type, 3 * size + 1), 3 * size + 1));

        static string Entry(string type, int end) => $$$"""{"a":{"dtype":"{{{type}}}","shape":[3],"data_offsets":[0,{{{end}}}]}}""";
    }

    [Theory]
    [InlineData("F4", 2, 1)]
    [InlineData("F4", 10, 5)]
    [InlineData("F6_E2M3", 4, 3)]
    [InlineData("F6_E3M2", 8, 6)]
    public void Types_smaller_than_a_byte_fill_whole_bytes(string type, int count, int bytes)
    {
        Assert.Single(Read(Entry(count, bytes), bytes).Entries);
        Assert.Contains("does not match", Fails(Entry(count, bytes + 1), bytes + 1), StringComparison.Ordinal);
        Assert.Contains("does not match", Fails(Entry(count - 1, bytes), bytes), StringComparison.Ordinal);

        string Entry(int side, int end) => $$$"""{"a":{"dtype":"{{{type}}}","shape":[{{{side}}}],"data_offsets":[0,{{{end}}}]}}""";
    }

    [Theory]
    [InlineData("X9")]
    [InlineData("f32")]
    [InlineData("")]
    [InlineData("F128")]
    public void An_unknown_type_is_rejected(string type) => Assert.Contains(
        $"dtype '{type}', which the format does not define",
        Fails($$$"""{"a":{"dtype":"{{{type}}}","shape":[3],"data_offsets":[0,12]}}""", 12),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"__metadata__":{}}""")]
    [InlineData("""{"__metadata__":null}""")]
    [InlineData("""{"__metadata__":{"format":"pt","":""}}""")]
    [InlineData("{}      ")]
    [InlineData("{ } \n")]
    public void A_header_without_tensors_is_accepted(string json) => Assert.Empty(Read(json, 0).Entries);

    [Theory]
    [InlineData(" {}")]
    [InlineData("\n{}")]
    [InlineData("\t\r {}")]
    public void A_header_begins_with_its_brace(string json) =>
        Assert.Contains("begins with whitespace", Fails(json, 0), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"__metadata__":{"format":"pt","f\u006frmat":"pt"}}""", "__metadata__ has the key 'format' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}}""", "tensor 'a' has the key 'shape' twice")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "tensor 'a' has the key 'dtype' twice")]
    [InlineData("""{"a":{"x":1,"x":1,"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "tensor 'a' has the key 'x' twice")]
    public void A_key_occurs_once(string json, string expected) => Assert.Contains(expected, Fails(json, 0), StringComparison.Ordinal);

    [Fact]
    public void Unknown_keys_of_a_tensor_are_ignored()
    {
        var (_, entries) = Read("""{"a":{"comment":{"x":[1,2]},"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":null}}""", 4);
        Assert.Equal(("F32", 0L, 4L), (entries[0].Type, entries[0].Begin, entries[0].End));
    }

    [Fact]
    public void A_tensor_may_be_empty()
    {
        var (_, entries) = Read(
            """{"none":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[4,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            4);
        Assert.Equal(["a", "none"], entries.Select(e => e.Name));
    }

    [Theory]
    [InlineData("[1]", "__metadata__ is StartArray instead of an object")]
    [InlineData("\"pt\"", "__metadata__ is String instead of an object")]
    [InlineData("7", "__metadata__ is Number instead of an object")]
    [InlineData("{\"format\":7}", "'format', whose value is Number")]
    [InlineData("{\"format\":null}", "'format', whose value is Null")]
    [InlineData("{\"format\":[\"pt\"]}", "'format', whose value is StartArray")]
    [InlineData("{\"a\":\"b\",\"deep\":{\"x\":\"y\"}}", "'deep', whose value is StartObject")]
    [InlineData("{\"a\":\"\\ud800\"}", "not valid Unicode")]
    public void Metadata_is_text(string metadata, string expected) =>
        Assert.Contains(expected, Fails($$$"""{"__metadata__":{{{metadata}}}}""", 0), StringComparison.Ordinal);

    [Fact]
    public void Tensors_must_be_contiguous_without_gaps_or_overlaps()
    {
        const string Format =
            """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[FROM,TO]}}""";
        Assert.Equal(2, Read(At(4), 8).Entries.Count);
        for (var from = 0; from < 4; from++)
            Assert.Contains("inside the tensor before it", Fails(At(from), 8), StringComparison.Ordinal);
        Assert.Contains("'b' begins at byte 6, but the data before it ends at 4", Fails(At(6), 10), StringComparison.Ordinal);
        var late = Fails("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2);
        Assert.Contains("'a' begins at byte 1", late, StringComparison.Ordinal);

        static string At(int from) =>
            Format.Replace("FROM", $"{from}", StringComparison.Ordinal).Replace("TO", $"{from + 4}", StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_after_the_last_tensor_are_rejected()
    {
        Assert.Contains("ends at byte 16, but the data ends at byte 17", Fails(Good, 17), StringComparison.Ordinal);
        Assert.Contains("ends at byte 0, but the data ends at byte 1", Fails("{}", 1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[2,0]")]
    [InlineData("[0]")]
    [InlineData("[4294967296,0,7]")]
    public void A_zero_anywhere_in_a_shape_makes_the_tensor_empty(string shape) =>
        Assert.Single(Read($$$"""{"a":{"dtype":"I32","shape":{{{shape}}},"data_offsets":[0,0]}}""", 0).Entries);

    [Fact]
    public void A_shape_that_overflows_before_its_zero_is_rejected() => Assert.Contains(
        "does not match",
        Fails("""{"a":{"dtype":"I32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,0]}}""", 0),
        StringComparison.Ordinal);

    [Fact]
    public void A_header_cut_anywhere_is_rejected()
    {
        for (var length = 0; length < Good.Length; length++)
            Assert.Throws<CheckpointException>(() => Read(Good[..length], 16));
        Assert.Equal(2, Read(Good, 16).Entries.Count);
    }

    [Fact]
    public void Excessive_nesting_is_rejected()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 5000)) + string.Concat(Enumerable.Repeat("]", 5000));
        Assert.Throws<CheckpointException>(() => Read($$$"""{"__metadata__":{{{deep}}}}""", 0));
        Assert.Throws<CheckpointException>(() => Read($$$"""{"a":{"x":{{{deep}}}}}""", 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_headers_are_either_read_or_rejected(int seed)
    {
        var random = new Random(seed);
        byte[] likely = [.. "{}[]\":,0129-.eE\\u\"ntf "u8, 0, 0x80, 0xff];
        var (rejected, taken) = (0, 0);
        for (var i = 0; i < 4000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Good).ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
                Mutate(bytes, random, likely);
            try
            {
                foreach (var entry in Read([.. bytes], 16).Entries)
                    Assert.True(entry.Begin >= 0 && entry.Begin <= entry.End && entry.End <= 16, $"{entry}");
                taken++;
            }
            catch (CheckpointException e)
            {
                Assert.Contains("'some/file'", e.Message, StringComparison.Ordinal);
                rejected++;
            }
        }

        Assert.True(rejected > 1000 && taken > 50, $"{rejected} rejected, {taken} taken");
    }

    [Fact]
    public void A_length_beyond_the_file_is_rejected_before_the_header_is_read()
    {
        var prefix = new byte[8];
        foreach (var length in new ulong[] { 9, 1000, 99_999_999, 100_000_001, long.MaxValue, 1UL << 63, ulong.MaxValue })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
            Assert.Throws<CheckpointException>(() => SafetensorsHeader.Read(
                "some/file", prefix, 16, _ => throw new InvalidOperationException("The header was read."), []));
        }
    }

    private static void Mutate(List<byte> bytes, Random random, byte[] likely)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = likely[random.Next(likely.Length)];
                break;
            case 1:
                bytes.Insert(at, likely[random.Next(likely.Length)]);
                break;
            case 2:
                bytes.RemoveAt(at);
                break;
            default:
                bytes[at] = (byte)random.Next(256);
                break;
        }
    }

    private static string Fails(string json, int dataLength) =>
        Assert.Throws<CheckpointException>(() => Read(json, dataLength)).Message;

    private static (long Begin, List<SafetensorsEntry> Entries) Read(string json, int dataLength) =>
        Read(Encoding.UTF8.GetBytes(json), dataLength);

    private static (long Begin, List<SafetensorsEntry> Entries) Read(byte[] json, int dataLength)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        var entries = new List<SafetensorsEntry>();
        var begin = SafetensorsHeader.Read("some/file", prefix, 8 + json.Length + dataLength, _ => json, entries);
        return (begin, entries);
    }
}

using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.File("model.safetensors");

    public static TheoryData<string, string> BadHeaders => new()
    {
        { "[]", "instead of StartObject" },
        { "{", "not valid JSON" },
        { "nonsense", "not valid JSON" },
        { "{}{}", "not valid JSON" },
        { """{"a":1}""", "tensor 'a'" },
        { """{"a":{"shape":[1],"data_offsets":[0,4]}}""", "'a' has no dtype" },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", "'a' has no shape" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", "'a' has no data_offsets" },
        { """{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", "dtype of tensor 'a'" },
        { """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", "shape of tensor 'a'" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "non-negative integers" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "non-negative integers" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "non-negative integers" },
        { """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", "non-negative integers" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", "1 data_offsets" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}""", "3 data_offsets" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "4 to 0" },
        { """{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""", "ends at byte 16" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "does not match its byte length 4" },
        { """{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,4]}}""", "BF16 [1]" },
        { """{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,4],"data_offsets":[0,4]}}""", "does not match" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
            "'b' begins at byte 4" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
            "'a' occurs twice" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void A_bad_header_is_an_error_with_cause_and_file(string header, string expected)
    {
        SafetensorsWriter.WriteRaw(FilePath, header, 16);
        var error = Assert.Throws<CheckpointException>(() => new SafetensorsFile(FilePath));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Download or convert it again.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "empty")]
    [InlineData(1, "too short to contain the header's length")]
    [InlineData(7, "too short to contain the header's length")]
    public void A_file_too_short_for_a_header_is_an_error(int length, string expected)
    {
        File.WriteAllBytes(FilePath, new byte[length]);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => new SafetensorsFile(FilePath)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100UL, "beyond the end")]
    [InlineData(100_000_001UL, "more than the maximum")]
    [InlineData(ulong.MaxValue, "more than the maximum")]
    [InlineData(1UL << 63, "more than the maximum")]
    public void A_header_longer_than_the_file_is_an_error(ulong length, string expected)
    {
        SafetensorsWriter.WriteRaw(FilePath, "{}", 0, length);
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => new SafetensorsFile(FilePath)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_text_in_the_header_is_an_error()
    {
        SafetensorsWriter.WriteRaw(FilePath, """{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4);
        Assert.Throws<CheckpointException>(() => new SafetensorsFile(FilePath));
    }

    [Fact]
    public unsafe void A_tensor_is_found_where_it_lies()
    {
        SafetensorsWriter.Write(FilePath, [StoredTensor.Of("a", [1], 7), StoredTensor.Of("b", [2, 3], 1, 2, 3, 4, 5, 6)]);
        using var file = new SafetensorsFile(FilePath);
        var view = file.Get("b", [2, 3]);
        Assert.Equal((2, 3, ElementType.Float32, 24L, "b"), (view.Rows, view.Columns, view.Type, view.ByteCount, view.Name));
        Assert.Equal([1f, 2, 3, 4, 5, 6], new ReadOnlySpan<float>((void*)view.Address, 6));
        Assert.Equal(12, view.RowBytes(1, 1).Length);
        Assert.Equal(4f, BitConverter.ToSingle(view.RowBytes(1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.RowBytes(1, 2).Length);
    }

    [Fact]
    public void Dimensions_after_the_first_are_columns_and_a_vector_is_a_row()
    {
        SafetensorsWriter.Write(FilePath, [StoredTensor.Of("conv", [2, 1, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8), StoredTensor.Of("vector",
            [3], 1, 2, 3)]);
        using var file = new SafetensorsFile(FilePath);
        var (conv, vector) = (file.Get("conv", [2, 1, 2, 2]), file.Get("vector", [3]));
        Assert.Equal((2, 4), (conv.Rows, conv.Columns));
        Assert.Equal((1, 3), (vector.Rows, vector.Columns));
    }

    [Theory]
    [InlineData(new[] { 3, 2 })]
    [InlineData(new[] { 6 })]
    [InlineData(new[] { 2, 3, 1 })]
    public void Another_shape_is_an_error_with_both_shapes(int[] shape)
    {
        SafetensorsWriter.Write(FilePath, [StoredTensor.Of("a", [2, 3], 1, 2, 3, 4, 5, 6)]);
        using var file = new SafetensorsFile(FilePath);
        var message = Assert.Throws<CheckpointException>(() => file.Get("a", shape)).Message;
        Assert.Contains("'a'", message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", message, StringComparison.Ordinal);
        Assert.Contains($"[{string.Join(", ", shape)}]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsupported_type_is_an_error_only_when_requested()
    {
        SafetensorsWriter.Write(FilePath, [new StoredTensor("ids", "I64", [1], new byte[8]), new StoredTensor("odd", "F4", [4],
            new byte[2]), StoredTensor.Of("a", [1], 1)]);
        using var file = new SafetensorsFile(FilePath);
        Assert.Equal(1, file.Get("a", [1]).Columns);
        Assert.Contains("I64", Assert.Throws<CheckpointException>(() => file.Get("ids", [1])).Message, StringComparison.Ordinal);
        Assert.Contains("F4", Assert.Throws<CheckpointException>(() => file.Get("odd", [4])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_only_cause_the_documented_exception()
    {
        var random = new Random(5);
        SafetensorsWriter.Write(FilePath, [StoredTensor.Of("a", [1], 7), StoredTensor.Of("b", [2, 3], 1, 2, 3, 4, 5, 6)]);
        var good = File.ReadAllBytes(FilePath);
        var rejected = 0;
        for (var i = 0; i < 500; i++)
        {
            var bytes = good.ToArray();
            for (var change = 0; change < 3; change++)
                bytes[random.Next(bytes.Length - 28)] = (byte)random.Next(256);
            File.WriteAllBytes(FilePath, bytes);
            try
            {
                new SafetensorsFile(FilePath).Dispose();
            }
            catch (CheckpointException)
            {
                rejected++;
            }
        }

        Assert.InRange(rejected, 400, 500);
    }

    public void Dispose() => _folder.Dispose();
}

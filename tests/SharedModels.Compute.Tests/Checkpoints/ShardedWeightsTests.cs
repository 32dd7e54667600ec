using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints;

/// <summary>Tests checkpoints in several parts, and errors in their index.</summary>
public sealed class ShardedWeightsTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();

    public ShardedWeightsTests()
    {
        SafetensorsWriter.Write(_folder.File("one.safetensors"), [StoredTensor.Of("a", [2], 1, 2), StoredTensor.Of("hidden", [1], 9)]);
        SafetensorsWriter.Write(_folder.File("two.safetensors"), [StoredTensor.Of("b", [1, 2], 3, 4)]);
    }

    [Fact]
    public unsafe void A_tensor_comes_from_the_part_that_the_index_names()
    {
        // Both parts contain a tensor with this name.
        SafetensorsWriter.Write(_folder.File("two.safetensors"), [StoredTensor.Of("a", [2], 5, 6)]);
        using var weights = Open("""{"weight_map":{"a":"two.safetensors"}}""");
        Assert.Equal(5f, *(float*)weights.Get("a", 2).Address);
    }

    [Fact]
    public void Only_parts_that_the_index_lists_are_opened()
    {
        File.WriteAllText(_folder.File("two.safetensors"), "no safetensors at all");
        using var weights = Open("""{"weight_map":{"a":"one.safetensors"}}""");
        Assert.Equal(new FileInfo(_folder.File("one.safetensors")).Length, weights.MappedBytes);
    }

    [Fact]
    public void A_tensor_that_the_index_does_not_list_is_missing()
    {
        using var weights = Open("""{"weight_map":{"a":"one.safetensors"}}""");
        var message = Assert.Throws<CheckpointException>(() => weights.Get("hidden", 1)).Message;
        Assert.Contains("'hidden'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_file_takes_precedence_over_an_index()
    {
        SafetensorsWriter.Write(_folder.File("model.safetensors"), [StoredTensor.Of("single", [1], 1)]);
        using var weights = Open("""{"weight_map":{"a":"one.safetensors"}}""");
        Assert.Equal(1, weights.Get("single", 1).Columns);
        Assert.Throws<CheckpointException>(() => weights.Get("a", 2));
    }

    [Fact]
    public void An_index_without_tensors_finds_none()
    {
        using var weights = Open("""{"weight_map":{}}""");
        Assert.Equal(0, weights.MappedBytes);
        Assert.Throws<CheckpointException>(() => weights.Get("a", 2));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../one.safetensors")]
    [InlineData("folder/one.safetensors")]
    [InlineData("./one.safetensors")]
    [InlineData("one.safetensors/")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("weights.bin")]
    [InlineData("one\\u0000")]
    public void A_part_that_is_not_a_safetensors_file_of_the_folder_is_rejected(string part) =>
        AssertFails($$$"""{"weight_map":{"a":"{{{part}}}"}}""", "not a plain file name");

    [Theory]
    [InlineData("\"three.safetensors\"", "does not contain 'three.safetensors'")]
    [InlineData("\"ONE.safetensors\"", "does not contain 'ONE.safetensors'")]
    [InlineData("null", "weight_map")]
    [InlineData("7", "weight_map.a in")]
    [InlineData("[]", "weight_map.a in")]
    public void A_part_that_is_not_a_file_is_rejected(string part, string expected) =>
        AssertFails($$$"""{"weight_map":{"a":{{{part}}}}}""", expected);

    [Theory]
    [InlineData("""{"weight_map":null}""", "no weight_map")]
    [InlineData("""{"weight_map":[]}""", "weight_map in")]
    [InlineData("""{"weight_map":"one.safetensors"}""", "weight_map in")]
    [InlineData("""{"Weight_Map":{"a":"one.safetensors"}}""", "no weight_map")]
    [InlineData("", "is empty")]
    [InlineData("{\"weight_map\":{\"a\":\"one.safetensors\"}", "is not valid JSON")]
    public void An_index_of_another_shape_is_rejected(string index, string expected) => AssertFails(index, expected);

    [Fact]
    public void A_part_that_is_not_a_safetensors_file_is_named()
    {
        File.WriteAllBytes(_folder.File("two.safetensors"), [1, 2, 3]);
        AssertFails("""{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""", "two.safetensors' is not a valid safetensors file");
    }

    [Fact]
    public void After_an_error_the_parts_are_closed()
    {
        AssertFails("""{"weight_map":{"a":"one.safetensors","b":"one.safetensors"}}""", "contains the tensor 'b', but it does not");
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain(_folder.File("one.safetensors"), File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private CheckpointWeights Open(string index)
    {
        File.WriteAllText(_folder.File(Index), index);
        return new CheckpointWeights(_folder.Path);
    }

    private void AssertFails(string index, string expected)
    {
        var message = Assert.Throws<CheckpointException>(() => Open(index)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
    }
}

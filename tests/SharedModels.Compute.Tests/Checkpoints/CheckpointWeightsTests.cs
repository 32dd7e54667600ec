using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints;

public sealed class CheckpointWeightsTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_folder_without_weights_is_an_error() =>
        AssertError("contains neither model.safetensors nor model.safetensors.index.json");

    [Fact]
    public void A_missing_tensor_is_an_error_with_its_name()
    {
        SafetensorsWriter.Write(_folder.File("model.safetensors"), [StoredTensor.Of("a", [1], 1)]);
        using var weights = new CheckpointWeights(_folder.Path);
        Assert.Contains("do not contain the tensor 'b'", Assert.Throws<CheckpointException>(() => weights.Get("b", 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void Parts_are_read_through_their_index()
    {
        SafetensorsWriter.Write(_folder.File("one.safetensors"), [StoredTensor.Of("a", [1], 1)]);
        SafetensorsWriter.Write(_folder.File("two.safetensors"), [StoredTensor.Of("b", [1], 2), StoredTensor.Of("c", [1], 3)]);
        File.WriteAllText(_folder.File(Index),
            """{"metadata":{"total_size":12},"weight_map":{"a":"one.safetensors","b":"two.safetensors","c":"two.safetensors"}}""");
        using var weights = new CheckpointWeights(_folder.Path);
        Assert.Equal(3f, *(float*)weights.Get("c", 1).Address);
        Assert.Equal(1f, *(float*)weights.Get("a", 1).Address);
        Assert.Equal(new FileInfo(_folder.File("one.safetensors")).Length + new FileInfo(_folder.File("two.safetensors")).Length,
            weights.MappedBytes);
        Assert.Throws<CheckpointException>(() => weights.Get("d", 1));
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"one.safetensors"}}""", "does not contain 'one.safetensors'")]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "not a plain file name")]
    [InlineData("""{"weight_map":{"a":"two.safetensors"}}""", "contains the tensor 'a', but it does not")]
    [InlineData("""{}""", "no weight_map")]
    [InlineData("""null""", "null")]
    [InlineData("""{"weight_map":3}""", "weight_map in")]
    [InlineData("""{""", "is not valid JSON at byte ")]
    public void A_wrong_index_is_an_error(string index, string expected)
    {
        SafetensorsWriter.Write(_folder.File("two.safetensors"), [StoredTensor.Of("b", [1], 2)]);
        File.WriteAllText(_folder.File(Index), index);
        AssertError(expected);
    }

    [Theory]
    [InlineData("model.fp16.safetensors", "rename 'model.fp16.safetensors' to model.safetensors")]
    [InlineData("model.safetensors.index.fp16.json", "Download model.safetensors from the repository.")]
    [InlineData("model.fp16.safetensors.index.json", "rename 'model.fp16.safetensors.index.json'")]
    [InlineData("model-00001-of-00002.safetensors", "Download model.safetensors.index.json, which lists them, from the repository.")]
    [InlineData("pytorch_model.bin", "'pytorch_model.bin' is in an unsupported format. Download model.safetensors")]
    [InlineData("tf_model.h5", "'tf_model.h5' is in an unsupported format")]
    public void A_folder_with_other_weights_is_reported_with_the_file_to_download(string file, string expected)
    {
        File.WriteAllText(_folder.File(file), "{}");
        AssertError(expected);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    public void A_git_lfs_pointer_is_reported_with_the_way_to_get_the_file(string file)
    {
        var oid = new string('a', 64);
        File.WriteAllText(_folder.File(file), $"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 619974016\n");
        AssertError("git lfs pull");
    }

    [Fact]
    public unsafe void Files_may_be_links_as_in_a_cache_of_the_hub()
    {
        Directory.CreateDirectory(_folder.File("blobs"));
        Directory.CreateDirectory(_folder.File("snapshot"));
        var blob = Path.Combine(_folder.File("blobs"), "0123");
        SafetensorsWriter.Write(blob, [StoredTensor.Of("a", [1], 1)]);
        File.CreateSymbolicLink(Path.Combine(_folder.File("snapshot"), "model.safetensors"), "../blobs/0123");
        using var weights = new CheckpointWeights(_folder.File("snapshot"));
        Assert.Equal(1f, *(float*)weights.Get("a", 1).Address);
        Assert.Equal(File.ReadAllBytes(blob).Length, weights.MappedBytes);
    }

    [Fact]
    public void A_broken_link_is_reported_with_its_target()
    {
        File.CreateSymbolicLink(_folder.File("model.safetensors"), "nowhere");
        AssertError("nowhere', which does not exist");
    }

    public void Dispose() => _folder.Dispose();

    private void AssertError(string expected)
    {
        var message = Assert.Throws<CheckpointException>(() => new CheckpointWeights(_folder.Path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
    }
}

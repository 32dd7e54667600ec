using System.Security.Cryptography;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests that the usual layouts of checkpoints give the same detections as the folder from which they were created.</summary>
public sealed class CheckpointLayoutTests
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_of_transformers_5_loads(bool mergesAsText)
    {
        using var folder = Version5Folder.Create(Demo, mergesAsText);
        await AssertSameAsync(new() { Checkpoint = folder.Path });
    }

    [Fact]
    public async Task A_tokenizer_without_a_limit_has_the_limit_of_the_model()
    {
        using var folder = new TemporaryFolder().With(Demo);
        var config = await File.ReadAllTextAsync(folder.File("tokenizer_config.json"));
        Assert.Contains("\"model_max_length\": 16", config, StringComparison.Ordinal);
        foreach (var limit in (string[])["1000000000000000019884624838656", "1e30", "null"])
        {
            await File.WriteAllTextAsync(
                folder.File("tokenizer_config.json"),
                config.Replace("\"model_max_length\": 16", $"\"model_max_length\": {limit}", StringComparison.Ordinal));
            await AssertSameAsync(new() { Checkpoint = folder.Path });
        }
    }

    [Fact]
    public async Task Roles_can_be_in_the_map_of_special_tokens()
    {
        using var folder = new TemporaryFolder().With(Demo);
        await File.WriteAllTextAsync(folder.File("tokenizer_config.json"), """{"model_max_length":16}""");
        await AssertSameAsync(new() { Checkpoint = folder.Path });
    }

    [Fact]
    public async Task A_snapshot_of_links_loads_by_its_path_and_by_its_name()
    {
        using var cache = new TemporaryFolder();
        var snapshot = LinkInto(cache, "0123456789abcdef");
        await AssertSameAsync(new() { Checkpoint = snapshot });
        await AssertSameAsync(new() { Checkpoint = "acme/owl", HubCacheFolder = cache.Path });
        await AssertSameAsync(new() { Checkpoint = "acme/owl@0123456789abcdef", HubCacheFolder = cache.Path });
    }

    [Fact]
    public async Task A_name_that_is_not_in_the_cache_is_reported_with_key_value_and_both_remedies()
    {
        using var cache = new TemporaryFolder();
        using var model = new Owlv2(new Owlv2Options { Checkpoint = "acme/owl", HubCacheFolder = cache.Path });
        var message = (await Assert.ThrowsAsync<CheckpointException>(() => model.LoadAsync(default).AsTask())).Message;
        Assert.Equal(
            $"Owlv2Options.Checkpoint is 'acme/owl', which is neither a folder nor a complete checkpoint in the cache '{cache.Path}'. Set "
            + "Owlv2Options.AllowDownload to true to download it, or Owlv2Options.Checkpoint to the folder of a checkpoint.",
            message);
    }

    [SharedFact("cases/vision/checkpoint-v5-layout")]
    public Task The_case_of_transformers_5_loads() => AssertCaseLoadsAsync("checkpoint-v5-layout");

    [SharedFact("cases/vision/checkpoint-v5-tokenizer-json-only")]
    public Task The_case_of_a_tokenizer_in_one_file_loads() => AssertCaseLoadsAsync("checkpoint-v5-tokenizer-json-only");

    [SharedFact("cases/vision/checkpoint-model_max_length-1e30")]
    public Task The_case_of_no_limit_loads() => AssertCaseLoadsAsync("checkpoint-model_max_length-1e30");

    [SharedFact("cases/vision/zero-sized-tensor.safetensors")]
    public void The_case_of_an_empty_tensor_loads()
    {
        using var file = new SafetensorsFile(TestFiles.Shared("cases", "vision", "zero-sized-tensor.safetensors"));
        Assert.Equal("[2, 0]", Assert.Single(file.Entries).ShapeText);
    }

    /// <summary>Lays out the demo checkpoint like the hub's cache.</summary>
    private static string LinkInto(TemporaryFolder cache, string commit)
    {
        var root = cache.File("models--acme--owl");
        var snapshot = Path.Combine(root, "snapshots", commit);
        Directory.CreateDirectory(Path.Combine(root, "blobs"));
        Directory.CreateDirectory(snapshot);
        foreach (var file in Directory.GetFiles(Demo))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
            File.Copy(file, Path.Combine(root, "blobs", hash), overwrite: true);
            File.CreateSymbolicLink(Path.Combine(snapshot, Path.GetFileName(file)), Path.Combine("..", "..", "blobs", hash));
        }

        return snapshot;
    }

    private static async Task AssertCaseLoadsAsync(string name)
    {
        // The weights are from the demo checkpoint, from which the cases were created.
        using var folder = new TemporaryFolder().With(TestFiles.Shared("cases", "vision", name));
        File.Copy(Path.Combine(Demo, CheckpointWeights.SingleFile), folder.File(CheckpointWeights.SingleFile));
        await AssertSameAsync(new() { Checkpoint = folder.Path });
    }

    private static async Task AssertSameAsync(Owlv2Options options)
    {
        var expected = await DetectAsync(new() { Checkpoint = Demo });
        Assert.NotEmpty(expected);
        Assert.Equal(expected, await DetectAsync(options));
    }

    private static async Task<IReadOnlyList<Owlv2Detection>> DetectAsync(Owlv2Options options)
    {
        using var model = new Owlv2(options);
        await model.LoadAsync(default);
        var image = TestFiles.Image(Path.Combine(Demo, "samples", "sample1.png"));
        return model.Detect(image, ["a red triangle!", "a purple circle", "a black star"], confidence: 0.2f);
    }
}

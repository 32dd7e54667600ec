using SharedModels.CheckpointMaker;
using SharedModels.Compute;
using SharedModels.Compute.Tests.Checkpoints;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests the checkpoints that eng/make-checkpoint.sh creates, in a configuration that is small enough for a test.</summary>
public sealed class CheckpointMakerTests : IDisposable
{
    private const string Config = """
        {
          "projection_dim": 32,
          "text_config": {
            "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2, "num_hidden_layers": 2, "vocab_size": 600
          },
          "vision_config": {
            "hidden_size": 48, "image_size": 64, "intermediate_size": 96, "num_attention_heads": 4, "num_hidden_layers": 2,
            "patch_size": 16
          }
        }
        """;

    private static readonly RgbImage Image = TestFiles.Image(
        TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint", "samples", "sample1.png"));

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    public async Task Weights_in_several_files_equal_those_in_one(ElementType type)
    {
        var (one, several) = (Make("one", type), Make("several", type, shards: 3));
        Assert.Equal(await DetectAsync(one), await DetectAsync(several));
        Assert.True(File.Exists(Path.Combine(one, "model.safetensors")));
        Assert.Equal(3, Directory.GetFiles(several, "model-0000?-of-00003.safetensors").Length);
    }

    [Theory]
    [InlineData(ElementType.Float16, "F16")]
    [InlineData(ElementType.BFloat16, "BF16")]
    public void Each_type_holds_the_same_numbers_rounded(ElementType type, string name)
    {
        var full = SafetensorsWriter.Read(Path.Combine(Make("full", ElementType.Float32), "model.safetensors"));
        var half = SafetensorsWriter.Read(Path.Combine(Make("half", type), "model.safetensors"));
        Assert.Equal(full.Count, half.Count);
        foreach (var (expected, actual) in full.Select(tensor => tensor.To(name)).Zip(half))
        {
            Assert.Equal((expected.Name, expected.Type), (actual.Name, actual.Type));
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Data, actual.Data);
        }
    }

    [Fact]
    public async Task Half_precision_takes_half_the_memory()
    {
        var (full, half) = (await LoadAsync(Make("full", ElementType.Float32)), await LoadAsync(Make("half", ElementType.BFloat16)));
        using (full)
        using (half)
        {
            Assert.InRange(half.Footprint.HostBytes / (double)full.Footprint.HostBytes, 0.5, 0.55);
            Assert.Equal(full.Footprint.WorkingBytes, half.Footprint.WorkingBytes);
        }
    }

    [Fact]
    public async Task The_seed_decides_the_weights()
    {
        var first = await DetectAsync(Make("first", ElementType.Float32));
        Assert.Equal(first, await DetectAsync(Make("same", ElementType.Float32)));
        Assert.NotEqual(first, await DetectAsync(Make("other", ElementType.Float32, seed: 2)));
    }

    [Theory]
    [InlineData("base", 154_966_000)]
    [InlineData("large", 437_620_000)]
    public void The_published_sizes_have_their_numbers_of_parameters(string size, long parameters)
    {
        var path = _folder.File("config.json");
        File.WriteAllText(path, PublishedConfigs.All[size]);
        var count = ModelTensor.Of(Owlv2Config.Read(_folder.Path)).Sum(tensor => tensor.Count);
        Assert.InRange(count, parameters * 0.9995, parameters * 1.0005);
    }

    [Fact]
    public void A_vocabulary_without_room_for_every_byte_is_rejected()
    {
        var wrong = Assert.Throws<ArgumentException>(() => Checkpoint.Make(
            _folder.File("small"), new() { Config = Config.Replace("600", "514", StringComparison.Ordinal) }));
        Assert.Contains("vocab_size is 514", wrong.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<IReadOnlyList<Owlv2Detection>> DetectAsync(string folder)
    {
        using var model = await LoadAsync(folder);
        return model.Detect(Image, ["a cat", "two words"], 0, 1);
    }

    private static async Task<Owlv2> LoadAsync(string folder)
    {
        var model = new Owlv2(new Owlv2Options { Checkpoint = folder });
        await model.LoadAsync(default);
        return model;
    }

    private string Make(string name, ElementType type, int shards = 1, int seed = 1)
    {
        Checkpoint.Make(_folder.File(name), new() { Config = Config, Type = type, Shards = shards, Seed = seed });
        return _folder.File(name);
    }
}

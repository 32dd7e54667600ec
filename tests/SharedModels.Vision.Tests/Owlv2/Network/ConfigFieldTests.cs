using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;

namespace SharedModels.Vision.Tests.Network;

/// <summary>Tests every key of both configurations with an invalid value. The message names the file and the key.</summary>
public sealed class ConfigFieldTests : IDisposable
{
    private static readonly string[] Counts =
        ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> WholeNumbers
    {
        get
        {
            var keys = new TheoryData<string, string>();
            foreach (var key in Counts)
            {
                keys.Add("text_config", key);
                keys.Add("vision_config", key);
            }

            foreach (var key in new[] { "vocab_size", "max_position_embeddings" })
                keys.Add("text_config", key);
            foreach (var key in new[] { "image_size", "patch_size", "num_channels" })
                keys.Add("vision_config", key);
            return keys;
        }
    }

    [Theory]
    [MemberData(nameof(WholeNumbers))]
    public void A_count_below_1_or_of_another_kind_is_rejected(string section, string key)
    {
        foreach (var value in new[] { "0", "-1", "-2147483648", "1.5", "2147483648", "\"16\"", "true", "[16]", "{}" })
        {
            var message = AssertFails($$$"""{"{{{section}}}":{"{{{key}}}":{{{value}}}}}""");
            Assert.Contains($"{section}.{key}", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("text_config")]
    [InlineData("vision_config")]
    public void An_epsilon_must_be_above_0(string section)
    {
        foreach (var value in new[] { "0", "-1e-5", "\"small\"" })
        {
            var message = AssertFails($$$"""{"{{{section}}}":{"layer_norm_eps":{{{value}}}}}""");
            Assert.Contains($"{section}.layer_norm_eps", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("text_config", "\"GELU\"")]
    [InlineData("text_config", "\"\"")]
    [InlineData("vision_config", "\"gelu_new\"")]
    [InlineData("vision_config", "3")]
    public void An_activation_must_be_known(string section, string value) =>
        Assert.Contains(
            $"{section}.hidden_act", AssertFails($$$"""{"{{{section}}}":{"hidden_act":{{{value}}}}}"""), StringComparison.Ordinal);

    [Fact]
    public void An_image_too_large_for_memory_is_rejected() =>
        Assert.Contains("vision_config.image_size", AssertFails("""{"vision_config":{"image_size":100000}}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("do_pad", "1")]
    [InlineData("do_resize", "\"true\"")]
    [InlineData("rescale_factor", "\"1/255\"")]
    [InlineData("image_mean", "\"0.5\"")]
    [InlineData("image_mean", "[0.5,\"0.5\",0.5]")]
    [InlineData("image_mean", "[0.5,0.5,0.5,0.5]")]
    [InlineData("image_std", "[]")]
    [InlineData("image_std", "[1,1,-1]")]
    [InlineData("image_std", "[0,0,0]")]
    [InlineData("size", "[96]")]
    [InlineData("size", "[96,96,3]")]
    [InlineData("size", "true")]
    [InlineData("size", "{\"height\":96,\"width\":96.5}")]
    [InlineData("size", "{\"height\":96,\"width\":null}")]
    [InlineData("size", "{\"height\":0,\"width\":0}")]
    [InlineData("size", "{\"shortest_edge\":96}")]
    public void A_wrong_key_of_the_preprocessor_is_named_with_the_file(string key, string value)
    {
        File.WriteAllText(_folder.File("preprocessor_config.json"), $$$"""{"{{{key}}}":{{{value}}}}""");
        var message = Assert.Throws<CheckpointException>(() => PreprocessorConfig.Read(_folder.Path, 96)).Message;
        Assert.Contains(key, message, StringComparison.Ordinal);
        Assert.Contains(_folder.File("preprocessor_config.json"), message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string AssertFails(string json)
    {
        File.WriteAllText(_folder.File("config.json"), json);
        var message = Assert.Throws<CheckpointException>(() => Owlv2Config.Read(_folder.Path)).Message;
        Assert.Contains(_folder.File("config.json"), message, StringComparison.Ordinal);
        return message;
    }
}

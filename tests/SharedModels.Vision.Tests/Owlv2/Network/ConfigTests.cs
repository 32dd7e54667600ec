using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;

namespace SharedModels.Vision.Tests.Network;

public sealed class ConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Missing_keys_have_the_defaults_of_the_original()
    {
        var config = Read("{}");
        Assert.Equal(512, config.ProjectionDim);
        Assert.Equal((49408, 512, 2048, 12, 8, 16), (config.TextConfig.VocabSize, config.TextConfig.HiddenSize,
            config.TextConfig.IntermediateSize,
            config.TextConfig.NumHiddenLayers,
            config.TextConfig.NumAttentionHeads,
            config.TextConfig.MaxPositionEmbeddings));
        Assert.Equal((768, 3072, 12, 12, 3, 768, 16), (config.VisionConfig.HiddenSize, config.VisionConfig.IntermediateSize,
            config.VisionConfig.NumHiddenLayers,
            config.VisionConfig.NumAttentionHeads,
            config.VisionConfig.NumChannels,
            config.VisionConfig.ImageSize,
            config.VisionConfig.PatchSize));
        Assert.Equal((1e-5f, 1e-5f), (config.TextConfig.LayerNormEps, config.VisionConfig.LayerNormEps));
        Assert.Equal(Activation.QuickGelu, config.TextConfig.Activation(""));
        Assert.Equal(48, config.VisionConfig.Grid);
    }

    [Fact]
    public void The_towers_have_their_own_activations_and_epsilons()
    {
        var config = Read(
            """{"text_config":{"hidden_act":"gelu","layer_norm_eps":0.5},"vision_config":{"layer_norm_eps":0.25,"unknown_key":[1]}}""");
        Assert.Equal((Activation.Gelu, Activation.QuickGelu), (config.TextConfig.Activation(""), config.VisionConfig.Activation("")));
        Assert.Equal((0.5f, 0.25f), (config.TextConfig.LayerNormEps, config.VisionConfig.LayerNormEps));
    }

    [Theory]
    [InlineData("""{"projection_dim":7}""", "projection_dim", "7")]
    [InlineData("""{"text_config":{"hidden_act":"relu"}}""", "text_config.hidden_act", "relu")]
    [InlineData("""{"text_config":{"vocab_size":0}}""", "text_config.vocab_size", "0")]
    [InlineData("""{"text_config":{"max_position_embeddings":-1}}""", "text_config.max_position_embeddings", "-1")]
    [InlineData("""{"vision_config":{"hidden_size":0}}""", "vision_config.hidden_size", "0")]
    [InlineData("""{"vision_config":{"hidden_size":100}}""", "vision_config.num_attention_heads", "12")]
    [InlineData("""{"vision_config":{"intermediate_size":-5}}""", "vision_config.intermediate_size", "-5")]
    [InlineData("""{"vision_config":{"num_hidden_layers":0}}""", "vision_config.num_hidden_layers", "0")]
    [InlineData("""{"vision_config":{"num_attention_heads":0}}""", "vision_config.num_attention_heads", "0")]
    [InlineData("""{"vision_config":{"num_channels":4}}""", "vision_config.num_channels", "4")]
    [InlineData("""{"vision_config":{"patch_size":0}}""", "vision_config.patch_size", "0")]
    [InlineData("""{"vision_config":{"image_size":8}}""", "vision_config.patch_size", "16")]
    [InlineData("""{"vision_config":{"layer_norm_eps":0}}""", "vision_config.layer_norm_eps", "0")]
    [InlineData("""{"vision_config":{"hidden_size":"wide"}}""", "must be a whole number", "hidden_size")]
    [InlineData("""{"vision_config":7}""", "must be an object", "vision_config")]
    [InlineData("""[]""", "must be an object", "config.json")]
    [InlineData("""null""", "null", "config.json")]
    public void A_wrong_config_is_an_error_with_key_and_value(string json, string key, string value)
    {
        var message = Assert.Throws<CheckpointException>(() => Read(json)).Message;
        Assert.Contains(key, message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(value, message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(_folder.File("config.json"), message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_error() =>
        Assert.Contains("does not contain config.json", Assert.Throws<CheckpointException>(() => Owlv2Config.Read(_folder.Path)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_preprocessor_without_keys_has_the_defaults()
    {
        var config = ReadPreprocessor("{}");
        Assert.Equal(1 / 255.0, config.RescaleFactor);
        Assert.Equal([0.48145466f, 0.4578275f, 0.40821073f], config.ImageMean);
        Assert.Equal([0.26862954f, 0.26130258f, 0.27577711f], config.ImageStd);
        Assert.True(config.DoRescale && config.DoNormalize);
    }

    [Theory]
    [InlineData("""{"do_pad":false}""", "do_pad")]
    [InlineData("""{"do_resize":false}""", "do_resize")]
    [InlineData("""{"image_mean":[1,2]}""", "image_mean")]
    [InlineData("""{"image_std":[1,2,0]}""", "image_std")]
    [InlineData("""{"size":{"height":96,"width":95}}""", "96 x 95")]
    [InlineData("""{"size":95}""", "95 x 95")]
    [InlineData("""{"size":[96,95]}""", "96 x 95")]
    [InlineData("""{"size":{"height":96}}""", "size")]
    [InlineData("""{"size":{"height":"96","width":"96"}}""", "size")]
    public void A_wrong_preprocessor_is_an_error(string json, string expected)
    {
        var message = Assert.Throws<CheckpointException>(() => ReadPreprocessor(json)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Owlv2Config Read(string json)
    {
        File.WriteAllText(_folder.File("config.json"), json);
        return Owlv2Config.Read(_folder.Path);
    }

    private PreprocessorConfig ReadPreprocessor(string json)
    {
        File.WriteAllText(_folder.File("preprocessor_config.json"), json);
        return PreprocessorConfig.Read(_folder.Path, 96);
    }
}

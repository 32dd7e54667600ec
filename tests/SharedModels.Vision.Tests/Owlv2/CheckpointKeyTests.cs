using System.Text.Json;
using System.Text.Json.Nodes;
using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>
/// Tests every key of every JSON file with every kind of invalid value. The message names the file and the key, and describes the error
/// in the words of this library. A key whose value is null counts as missing.
/// </summary>
public sealed class CheckpointKeyTests : IDisposable
{
    private const string Number = "7", Fraction = "1.5", Text = "\"text\"", Switch = "true", List = "[{}]", Object = "{\"x\":[]}";

    private static readonly string Tiny = TestFiles.Fixture("owlv2-tiny-random");

    private readonly TemporaryFolder _folder = new TemporaryFolder().With(Tiny);

    /// <summary>Files, keys, and the valid kinds of values.</summary>
    public static TheoryData<string, string, string> Keys
    {
        get
        {
            var keys = new TheoryData<string, string, string>();
            foreach (var tower in (string[])["text_config", "vision_config"])
            {
                keys.Add("config.json", tower, Object);
                string[] counts = ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads"];
                string[] own = tower == "text_config"
                    ? ["vocab_size", "max_position_embeddings"]
                    : ["num_channels", "image_size", "patch_size"];
                foreach (var count in counts.Concat(own))
                    keys.Add("config.json", $"{tower}.{count}", Number);
                keys.Add("config.json", $"{tower}.hidden_act", Text);
                keys.Add("config.json", $"{tower}.layer_norm_eps", Number + Fraction);
            }

            keys.Add("config.json", "projection_dim", Number);
            foreach (var (file, prefix) in ((string, string)[])[
                (PreprocessorConfig.OwnFile, ""), (PreprocessorConfig.CommonFile, "image_processor.")])
            {
                foreach (var key in (string[])["do_pad", "do_resize", "do_rescale", "do_normalize"])
                    keys.Add(file, prefix + key, Switch);
                keys.Add(file, prefix + "rescale_factor", Number + Fraction);
                keys.Add(file, prefix + "image_mean", Number + Fraction);
                keys.Add(file, prefix + "image_std", Number + Fraction);
                keys.Add(file, prefix + "size", Number);
            }

            keys.Add(PreprocessorConfig.CommonFile, "image_processor", Object);
            keys.Add(TokenizerFiles.ConfigFile, "model_max_length", Number);
            foreach (var role in (string[])["bos_token", "eos_token", "unk_token"])
                keys.Add(TokenizerFiles.ConfigFile, role, Text);
            keys.Add(TokenizerFiles.ConfigFile, "added_tokens_decoder", "");
            keys.Add(TokenizerFiles.VocabularyFile, "a</w>", Number);
            keys.Add(TokenizerFiles.WholeFile, "model", Object);
            keys.Add(TokenizerFiles.WholeFile, "model.type", "");
            keys.Add(TokenizerFiles.WholeFile, "model.end_of_word_suffix", "");
            keys.Add(TokenizerFiles.WholeFile, "model.vocab", "");
            keys.Add(TokenizerFiles.WholeFile, "model.merges", "");
            keys.Add(TokenizerFiles.WholeFile, "added_tokens", "");
            keys.Add("model.safetensors.index.json", "weight_map", Object);
            return keys;
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_wrong_kind_of_value_is_named_with_file_and_key(string file, string key, string right)
    {
        PrepareFor(file);
        foreach (var value in (string[])[Number, Fraction, Text, Switch, List, Object])
        {
            if (right.Contains(value, StringComparison.Ordinal))
                continue;
            Set(file, key, value);
            var message = Assert.Throws<CheckpointException>(ReadAll).Message;
            Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
            Assert.Contains(file, message, StringComparison.Ordinal);
            Assert.Contains(key, message, StringComparison.Ordinal);
            foreach (var foreign in (string[])["JSON value", "System.", "Path: $", "could not be converted", "BytePosition"])
                Assert.DoesNotContain(foreign, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(
        "config.json", "projection_dim", "\"wide\"", "projection_dim in '{0}' is \"wide\", but must be a whole number up to 2147483647.")]
    [InlineData(
        "tokenizer_config.json", "bos_token", "{}", "bos_token in '{0}' is an object, but must be text, or an object whose content is ")]
    public void The_message_states_the_actual_and_the_expected_value(string file, string key, string value, string expected)
    {
        Set(file, key, value);
        Assert.StartsWith(
            expected.Replace("{0}", _folder.File(file), StringComparison.Ordinal),
            Assert.Throws<CheckpointException>(ReadAll).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "projection_dim")]
    [InlineData("config.json", "text_config.hidden_act")]
    [InlineData("config.json", "vision_config.layer_norm_eps")]
    [InlineData("config.json", "vision_config.num_channels")]
    [InlineData("preprocessor_config.json", "image_mean")]
    [InlineData("preprocessor_config.json", "size")]
    [InlineData("preprocessor_config.json", "do_pad")]
    [InlineData("tokenizer_config.json", "model_max_length")]
    [InlineData("tokenizer_config.json", "unk_token")]
    [InlineData("tokenizer_config.json", "added_tokens_decoder")]
    public void Null_counts_as_missing(string file, string key)
    {
        Set(file, key, "null");
        var withNull = Assert.IsType<string>(Outcome());
        var json = JsonNode.Parse(File.ReadAllText(_folder.File(file)))!.AsObject();
        var parts = key.Split('.');
        foreach (var part in parts[..^1])
            json = json[part]!.AsObject();
        json.Remove(parts[^1]);
        File.WriteAllText(_folder.File(file), json.Root.ToJsonString());
        Assert.Equal(Outcome(), withNull);
    }

    [Theory]
    [InlineData("""{"image_size":[96,96]}""", 96)]
    [InlineData("""{"image_size":96.0}""", 96)]
    public void An_image_size_can_have_two_sides(string vision, int expected)
    {
        File.WriteAllText(_folder.File("config.json"), $$$"""{"vision_config":{{{vision}}}}""");
        Assert.Equal(expected, Owlv2Config.Read(_folder.Path).VisionConfig.ImageSize);
    }

    [Theory]
    [InlineData("""{"image_size":[96,64]}""")]
    [InlineData("""{"image_size":[96]}""")]
    [InlineData("""{"patch_size":[16,16,16]}""")]
    [InlineData("""{"patch_size":["16","16"]}""")]
    public void Sides_that_are_not_equal_are_rejected(string vision)
    {
        File.WriteAllText(_folder.File("config.json"), $$$"""{"vision_config":{{{vision}}}}""");
        var message = Assert.Throws<CheckpointException>(() => Owlv2Config.Read(_folder.Path)).Message;
        Assert.Contains("_size", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("96")]
    [InlineData("[96,96]")]
    [InlineData("""{"height":96,"width":96}""")]
    [InlineData("""{"height":96.0,"width":96,"longest_edge":null}""")]
    public void A_size_can_be_written_in_each_of_its_forms(string size)
    {
        Set("preprocessor_config.json", "size", size);
        PreprocessorConfig.Read(_folder.Path, 96);
    }

    public void Dispose() => _folder.Dispose();

    private void PrepareFor(string file)
    {
        if (file == TokenizerFiles.WholeFile)
        {
            File.WriteAllText(_folder.File(file), Version5Folder.TokenizerJson(Tiny));
            File.Delete(_folder.File(TokenizerFiles.VocabularyFile));
            Set(TokenizerFiles.ConfigFile, "added_tokens_decoder", "null");
        }

        if (file == PreprocessorConfig.CommonFile)
        {
            var images = File.ReadAllText(_folder.File(PreprocessorConfig.OwnFile));
            File.WriteAllText(_folder.File(file), $$$"""{"image_processor":{{{images}}}}""");
        }

        if (file == CheckpointWeights.IndexFile)
        {
            File.Move(_folder.File(CheckpointWeights.SingleFile), _folder.File("one.safetensors"));
            File.WriteAllText(_folder.File(file), """{"weight_map":{}}""");
        }
    }

    private void Set(string file, string key, string value)
    {
        var json = JsonNode.Parse(File.ReadAllText(_folder.File(file)))!.AsObject();
        var parts = file == TokenizerFiles.VocabularyFile ? [key] : key.Split('.');
        var at = json;
        foreach (var part in parts[..^1])
            at = (at[part] as JsonObject ?? (JsonObject)(at[part] = new JsonObject())!).AsObject();
        at[parts[^1]] = JsonNode.Parse(value);
        var text = json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
        File.WriteAllText(_folder.File(file), text);
    }

    private string? Outcome()
    {
        try
        {
            ReadAll();
            return "";
        }
        catch (CheckpointException e)
        {
            return e.Message;
        }
    }

    private void ReadAll()
    {
        var config = Owlv2Config.Read(_folder.Path);
        PreprocessorConfig.Read(_folder.Path, 96);
        _ = new ClipTokenizer(_folder.Path, config.TextConfig.MaxPositionEmbeddings);
        new CheckpointWeights(_folder.Path).Dispose();
    }
}

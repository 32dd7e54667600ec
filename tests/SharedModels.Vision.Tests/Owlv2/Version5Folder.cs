using System.Text.Json.Nodes;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Rewrites a checkpoint folder in the layout that transformers 5 saves.</summary>
internal static class Version5Folder
{
    /// <summary>Replaces vocab.json and merges.txt by tokenizer.json, and preprocessor_config.json by processor_config.json.</summary>
    public static TemporaryFolder Create(string original, bool mergesAsText = false)
    {
        var folder = new TemporaryFolder().With(
            original, "vocab.json", "merges.txt", "preprocessor_config.json", "special_tokens_map.json");
        File.WriteAllText(folder.File("tokenizer.json"), TokenizerJson(original, mergesAsText));
        var images = JsonNode.Parse(File.ReadAllText(Path.Combine(original, "preprocessor_config.json")))!;
        images["data_format"] = "channels_first";
        images["do_convert_rgb"] = null;
        images["pad_size"] = null;
        File.WriteAllText(folder.File("processor_config.json"), new JsonObject { ["image_processor"] = images }.ToJsonString());
        File.WriteAllText(
            folder.File("tokenizer_config.json"),
            """
            {"backend":"tokenizers","bos_token":"<|startoftext|>","eos_token":"<|endoftext|>","is_local":false,"model_max_length":16,
             "pad_token":"!","tokenizer_class":"CLIPTokenizer","unk_token":"<|endoftext|>"}
            """);
        return folder;
    }

    /// <summary>Returns the tokenizer.json that is equivalent to the other files of a folder.</summary>
    public static string TokenizerJson(string original, bool mergesAsText = false)
    {
        var merges = File.ReadLines(Path.Combine(original, "merges.txt")).Skip(1).Where(static line => line.Length > 0);
        var rules = merges.Select(line => mergesAsText ? JsonValue.Create(line) : (JsonNode)new JsonArray([.. line.Split(' ')]));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(original, "tokenizer_config.json")))!;
        var added = config["added_tokens_decoder"]!.AsObject().Select(static token => new JsonObject
        {
            ["id"] = int.Parse(token.Key, System.Globalization.CultureInfo.InvariantCulture),
            ["content"] = token.Value!["content"]!.DeepClone(),
            ["special"] = true,
        });
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["added_tokens"] = new JsonArray([.. added]),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["end_of_word_suffix"] = "</w>",
                ["vocab"] = JsonNode.Parse(File.ReadAllText(Path.Combine(original, "vocab.json"))),
                ["merges"] = new JsonArray([.. rules]),
            },
        }.ToJsonString();
    }
}

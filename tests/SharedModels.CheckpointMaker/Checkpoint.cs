using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SharedModels.Compute;
using SharedModels.Vision.Network;
using SharedModels.Vision.Tokenization;

namespace SharedModels.CheckpointMaker;

/// <summary>Creates the folder of an OWLv2 checkpoint with seeded weights.</summary>
internal static class Checkpoint
{
    private const string SingleFile = "model.safetensors";

    // Names such as "</w>" are written the way the published files write them.
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes all files of a checkpoint into a folder. The folder is created if it does not exist.</summary>
    /// <remarks>
    /// The vocabulary is a small one of single bytes, because CLIP's is not part of this repository. Every text has ids, and they differ
    /// from the ids of the published models.
    /// </remarks>
    public static void Make(string folder, CheckpointOptions options)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), options.Config);
        var config = Owlv2Config.Read(folder);
        WriteVocabulary(folder, config.TextConfig);
        WriteProcessor(folder, config.VisionConfig);
        WriteWeights(folder, [.. ModelTensor.Of(config)], options);
    }

    private static void WriteVocabulary(string folder, TextConfig config)
    {
        var (start, end) = (config.VocabSize - 2, config.VocabSize - 1);
        if (start < 513)
            throw new ArgumentException($"text_config.vocab_size is {config.VocabSize}. Set it to at least 515: 512 bytes, and 3 tokens.");
        var vocabulary = new JsonObject { ["!"] = 0 };
        for (var value = 0; value < 256; value++)
        {
            var symbol = ByteAlphabet.Characters[value].ToString();
            vocabulary.TryAdd(symbol, 1 + value);
            vocabulary[symbol + "</w>"] = 257 + value;
        }

        vocabulary["<|startoftext|>"] = start;
        vocabulary["<|endoftext|>"] = end;
        Write(folder, "vocab.json", vocabulary);
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
        Write(folder, "tokenizer_config.json", new JsonObject
        {
            ["added_tokens_decoder"] = new JsonObject
            {
                ["0"] = new JsonObject { ["content"] = "!" },
                [start.ToString(CultureInfo.InvariantCulture)] = new JsonObject { ["content"] = "<|startoftext|>" },
                [end.ToString(CultureInfo.InvariantCulture)] = new JsonObject { ["content"] = "<|endoftext|>" },
            },
            ["bos_token"] = "<|startoftext|>",
            ["eos_token"] = "<|endoftext|>",
            ["model_max_length"] = config.MaxPositionEmbeddings,
            ["pad_token"] = "!",
            ["unk_token"] = "<|endoftext|>",
        });
    }

    private static void WriteProcessor(string folder, VisionConfig config) => Write(folder, "preprocessor_config.json", new JsonObject
    {
        ["image_mean"] = new JsonArray(0.48145466, 0.4578275, 0.40821073),
        ["image_std"] = new JsonArray(0.26862954, 0.26130258, 0.27577711),
        ["image_processor_type"] = "Owlv2ImageProcessor",
        ["size"] = new JsonObject { ["height"] = config.ImageSize, ["width"] = config.ImageSize },
    });

    private static void WriteWeights(string folder, List<ModelTensor> tensors, CheckpointOptions options)
    {
        if (options.Shards == 1)
        {
            WriteFile(Path.Combine(folder, SingleFile), tensors, options);
            return;
        }

        var total = tensors.Sum(tensor => BytesOf(tensor, options));
        var map = new JsonObject();
        for (var (shard, first, begin) = (1, 0, 0L); shard <= options.Shards; shard++)
        {
            var last = first;
            for (; last < tensors.Count && (begin < total * shard / options.Shards || shard == options.Shards); last++)
                begin += BytesOf(tensors[last], options);
            var name = $"model-{shard:00000}-of-{options.Shards:00000}.safetensors";
            foreach (var tensor in tensors[first..last])
                map[tensor.Name] = name;
            WriteFile(Path.Combine(folder, name), tensors[first..last], options);
            first = last;
        }

        Write(folder, SingleFile + ".index.json", new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = total },
            ["weight_map"] = map,
        });
    }

    // The format: https://github.com/huggingface/safetensors#format
    private static void WriteFile(string path, List<ModelTensor> tensors, CheckpointOptions options)
    {
        var (header, offset) = (new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } }, 0L);
        foreach (var tensor in tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = options.TypeName,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(static side => JsonValue.Create(side))]),
                ["data_offsets"] = new JsonArray(offset, offset += BytesOf(tensor, options)),
            };
        }

        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        using var stream = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        stream.Write(json);
        foreach (var tensor in tensors)
            SeededWeights.Write(stream, tensor, options.Type, options.Seed);
    }

    private static long BytesOf(ModelTensor tensor, CheckpointOptions options) => tensor.Count * options.Type.Size();

    private static void Write(string folder, string file, JsonObject content) =>
        File.WriteAllText(Path.Combine(folder, file), content.ToJsonString(Json));
}

using System.IO.Compression;
using System.Text.Json;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

/// <summary>Compares 204 texts with Hugging Face's tokenizer, using the real CLIP vocabulary.</summary>
public sealed class ClipVectorTests : IDisposable
{
    private const string Vectors = "fixtures/clip-bpe/vectors.json";
    private const string OwlSpecials =
        """{"model_max_length":16,"pad_token":"!","added_tokens_decoder":{"0":{"content":"!"},"49406":{"content":"<|startoftext|>"},"49407":{"content":"<|endoftext|>"}}}""";
    private const string ClipSpecials =
        """{"model_max_length":16,"bos_token":{"content":"<|startoftext|>"},"eos_token":"<|endoftext|>","pad_token":"<|endoftext|>"}""";

    private readonly TemporaryFolder _folder = new();

    [SharedFact(Vectors)]
    public void Every_text_gives_the_same_ids()
    {
        var tokenizer = CreateTokenizer(OwlSpecials);
        var count = 0;
        foreach (var vector in ReadVectors())
        {
            Assert.Equal(Numbers(vector.GetProperty("ids")), tokenizer.Encode(vector.GetProperty("text").GetString()!));
            count++;
        }

        Assert.Equal(204, count);
    }

    [SharedFact(Vectors)]
    public void Every_text_is_cut_to_the_same_16_ids()
    {
        var tokenizer = CreateTokenizer(OwlSpecials);
        foreach (var vector in ReadVectors())
        {
            var ids = tokenizer.EncodeTruncated(vector.GetProperty("text").GetString()!);
            Assert.Equal(Numbers(vector.GetProperty("input_ids_16")), [.. ids, .. new int[16 - ids.Length]]);
            Assert.Equal(Numbers(vector.GetProperty("attention_mask_16")).Sum(), ids.Length);
        }
    }

    [SharedFact(Vectors)]
    public void An_exclamation_mark_is_ordinary_where_it_is_not_the_pad_token()
    {
        var tokenizer = CreateTokenizer(ClipSpecials);
        var differing = ReadVectors().Where(v => v.TryGetProperty("ids_bang_not_special", out _)).ToList();
        Assert.NotEmpty(differing);
        foreach (var vector in differing)
            Assert.Equal(Numbers(vector.GetProperty("ids_bang_not_special")), tokenizer.Encode(vector.GetProperty("text").GetString()!));
    }

    [SharedFact(Vectors)]
    public void A_text_gives_the_same_ids_the_second_time()
    {
        var tokenizer = CreateTokenizer(OwlSpecials);
        foreach (var text in ReadVectors().Select(v => v.GetProperty("text").GetString()!))
            Assert.Equal(tokenizer.Encode(text), tokenizer.Encode(text));
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement.ArrayEnumerator ReadVectors() =>
        JsonDocument.Parse(File.ReadAllBytes(TestFiles.Shared(Vectors))).RootElement.GetProperty("vectors").EnumerateArray();

    private static IEnumerable<int> Numbers(JsonElement list) => list.EnumerateArray().Select(n => n.GetInt32());

    private ClipTokenizer CreateTokenizer(string config)
    {
        foreach (var file in new[] { "vocab.json", "merges.txt" })
        {
            using var source = new GZipStream(
                File.OpenRead(TestFiles.Shared("fixtures", "clip-bpe", file + ".gz")), CompressionMode.Decompress);
            using var target = File.Create(_folder.File(file));
            source.CopyTo(target);
        }

        File.WriteAllText(_folder.File("tokenizer_config.json"), config);
        return new ClipTokenizer(_folder.Path);
    }
}

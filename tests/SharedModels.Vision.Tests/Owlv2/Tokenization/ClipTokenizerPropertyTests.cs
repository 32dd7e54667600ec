using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

/// <summary>Tests properties that hold for every text, on random texts of characters that are likely to cause errors.</summary>
public sealed class ClipTokenizerPropertyTests : IDisposable
{
    private const int Texts = 400;
    private static readonly string Tiny = TestFiles.Fixture("owlv2-tiny-random");
    private static readonly string[] Parts =
    [
        "a", "photo", "of", "cat", "CAT", " ", "  ", "\t", "\u3000", "!", "!!", "'s", "'", "12", "\u00bd", "\u00e9", "e\u0301",
        "\u0301\u0323",
        "\ud800", "\udc00", "\U0001f600", "\U00010400", "\u4e2d\u6587", "\uac01", "<|startoftext|>", "<|endoftext|>", "<|", "|>", "\0",
        "\u200b", "\ufeff", "-",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly ClipTokenizer _tokenizer = new(Tiny);

    [Fact]
    public void Every_text_gives_known_ids_between_start_and_end()
    {
        foreach (var text in RandomTexts(1))
        {
            var ids = _tokenizer.Encode(text);
            Assert.Equal((_tokenizer.StartId, _tokenizer.EndId), (ids[0], ids[^1]));
            Assert.All(ids, id => Assert.InRange(id, 0, _tokenizer.LargestId));
        }
    }

    [Fact]
    public void A_cut_text_is_the_beginning_of_the_whole_one_and_the_end_token()
    {
        foreach (var text in RandomTexts(2))
        {
            var (all, cut) = (_tokenizer.Encode(text), _tokenizer.EncodeTruncated(text));
            Assert.Equal(Math.Min(all.Length, _tokenizer.MaxLength), cut.Length);
            Assert.Equal(all[..(cut.Length - 1)], cut[..^1]);
            Assert.Equal(_tokenizer.EndId, cut[^1]);
        }
    }

    [Fact]
    public void A_text_of_two_parts_separated_by_a_space_gives_the_ids_of_both()
    {
        foreach (var pair in RandomTexts(3).Chunk(2))
        {
            var expected = Body(pair[0]).Concat(Body(pair[1]));
            Assert.Equal(expected, Body(pair[0] + " " + pair[1]));
        }
    }

    [Fact]
    public void Blanks_around_a_text_and_doubled_ones_in_it_change_nothing()
    {
        foreach (var text in RandomTexts(4))
        {
            Assert.Equal(Body(text), Body(" \t" + text + "\n\u2003"));
            Assert.Equal(Body(text), Body(text.Replace(" ", " \u00a0 ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_case_of_letters_changes_nothing()
    {
        // Special tokens are searched for in the unmodified text, so they are left out.
        foreach (var text in RandomTexts(5).Select(t => t.Replace("<|", "", StringComparison.Ordinal)))
            Assert.Equal(Body(text.ToLowerInvariant()), Body(text.ToUpperInvariant()));
    }

    [Fact]
    public void Earlier_texts_do_not_change_the_ids()
    {
        var texts = RandomTexts(6).ToArray();
        var first = Array.ConvertAll(texts, _tokenizer.Encode);
        Assert.Equal(first, Array.ConvertAll(texts, _tokenizer.Encode));
        Array.Reverse(texts);
        Assert.Equal(first.Reverse(), Array.ConvertAll(texts, new ClipTokenizer(Tiny).Encode));
    }

    [Fact]
    public void A_surrogate_without_its_other_half_is_the_replacement_character()
    {
        foreach (var text in RandomTexts(7).Where(t => !t.Contains('<', StringComparison.Ordinal)))
            Assert.Equal(Body(string.Concat(text.EnumerateRunes())), Body(text));
    }

    [Theory]
    [InlineData("<|startoftext|>")]
    [InlineData("<|endoftext|>")]
    [InlineData("!")]
    public void A_special_token_splits_the_text_around_it(string special)
    {
        var id = Assert.Single(Body(special));
        Assert.Equal([.. Body("cat"), id, .. Body("dog")], Body($"cat{special}dog"));
        Assert.Equal([id, id], Body(special + special));
    }

    [Theory]
    [InlineData("<|startoftext|")]
    [InlineData("<| endoftext|>")]
    public void Text_that_only_resembles_a_special_token_is_ordinary(string text)
    {
        var ids = Body(text);
        Assert.DoesNotContain(_tokenizer.StartId, ids);
        Assert.DoesNotContain(_tokenizer.EndId, ids);
        Assert.True(ids.Length > 1);
    }

    // Each of these once took quadratic time: a piece without a space, marks that must be sorted, special tokens.
    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("!")]
    [InlineData("!a")]
    [InlineData("\u0301\u0323")]
    [InlineData("1")]
    [InlineData("<|endoftext|")]
    public void A_text_of_a_million_characters_is_encoded(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length));
        var ids = _tokenizer.EncodeTruncated(text);
        Assert.Equal(_tokenizer.MaxLength, ids.Length);
        Assert.Equal(_tokenizer.EndId, ids[^1]);
    }

    [Theory]
    [InlineData("vocab.json", """{"<|startoftext|>":-1,"<|endoftext|>":1}""", "-1")]
    [InlineData("vocab.json", "{}", "vocab.json")]
    [InlineData("vocab.json", """{"a":1.5}""", "must be a whole number")]
    [InlineData("vocab.json", "null", "null")]
    [InlineData("tokenizer_config.json", """{"model_max_length":0}""", "model_max_length")]
    [InlineData("tokenizer_config.json", """{"model_max_length":"16"}""", "model_max_length")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"-1":{"content":"x"}}}""", "'-1'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":[]}""", "added_tokens_decoder")]
    [InlineData("tokenizer_config.json", """{"eos_token":"<nowhere>"}""", "<nowhere>")]
    [InlineData("merges.txt", "a\n", "Line 1")]
    [InlineData("merges.txt", "#version: 0.2\n#version: 0.2 x\n", "Line 2")]
    public void Broken_files_are_named_with_what_is_wrong(string file, string content, string expected)
    {
        _folder.With(Tiny, file);
        File.WriteAllText(_folder.File(file), content);
        if (content == "{}")
            File.WriteAllText(_folder.File("tokenizer_config.json"), """{"added_tokens_decoder":{}}""");
        if (file == "vocab.json")
            File.WriteAllText(_folder.File("merges.txt"), "\n");
        var message = Assert.Throws<CheckpointException>(() => new ClipTokenizer(_folder.Path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> RandomTexts(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Texts; i++)
            yield return string.Concat(random.GetItems(Parts, random.Next(12)));
    }

    private int[] Body(string text) => _tokenizer.Encode(text)[1..^1];
}

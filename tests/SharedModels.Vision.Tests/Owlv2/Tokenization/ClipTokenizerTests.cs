using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

/// <summary>Tests the rules with the small vocabulary in this repository.</summary>
public sealed class ClipTokenizerTests : IDisposable
{
    private static readonly string Tiny = TestFiles.Fixture("owlv2-tiny-random");

    private readonly TemporaryFolder _folder = new();
    private readonly ClipTokenizer _tokenizer = new(Tiny);

    [Fact]
    public void Prompts_of_the_fixture_give_its_ids()
    {
        foreach (var tokens in new FixtureFolder(Tiny).Expected.GetProperty("tokens").EnumerateArray())
        {
            var expected = tokens.GetProperty("untruncated_ids").EnumerateArray().Select(i => i.GetInt32());
            Assert.Equal(expected, _tokenizer.Encode(tokens.GetProperty("text").GetString()!));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t\r\n\u3000")]
    public void A_blank_text_is_start_and_end(string text) => Assert.Equal([_tokenizer.StartId, _tokenizer.EndId], _tokenizer.Encode(text));

    [Theory]
    [InlineData("A CAT", "a cat")]
    [InlineData("a   cat", "a cat")]
    [InlineData("\ta\u00a0cat\n", "a cat")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("CAFE\u0301", "caf\u00e9")]
    [InlineData("\u212b", "\u00e5")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("\u03a3", "\u03c3")]
    [InlineData("\u0391\u03a3", "\u03b1\u03c3")]
    [InlineData("\U00010400", "\U00010428")]
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    public void Texts_that_mean_the_same_give_the_same_ids(string text, string same) =>
        Assert.Equal(_tokenizer.Encode(same), _tokenizer.Encode(text));

    [Theory]
    [InlineData("a1", "a 1")]
    [InlineData("12", "1 2")]
    [InlineData("it's", "it 's")]
    [InlineData("we'll", "we 'll")]
    [InlineData("a-b", "a - b")]
    [InlineData("a,b", "a , b")]
    public void Pieces_are_what_blanks_would_make_of_them(string text, string apart) =>
        Assert.Equal(_tokenizer.Encode(apart), _tokenizer.Encode(text));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_normalized_special_token_is_found_regardless_of_its_case(bool isNormalized)
    {
        var config = _folder.With(Tiny).File("tokenizer_config.json");
        File.WriteAllText(
            config, File.ReadAllText(config).Replace("\"normalized\": true", $"\"normalized\": {(isNormalized ? "true" : "false")}",
                StringComparison.Ordinal));
        var tokenizer = new ClipTokenizer(_folder.Path);
        var ids = tokenizer.Encode("a <|ENDofTEXT|> b <|startoftext|>");
        Assert.Equal(isNormalized, ids.SequenceEqual(tokenizer.Encode("a <|endoftext|> b <|startoftext|>")));
        Assert.Equal(2, ids.Count(id => id == tokenizer.StartId));
    }

    // The ids and the strings of all pieces would take more than 100 MB.
    [Fact]
    public void A_run_of_digits_is_not_read_to_its_end()
    {
        var text = new string('1', 1_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(_tokenizer.MaxLength, _tokenizer.EncodeTruncated(text).Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60_000_000);
    }

    [Theory]
    [InlineData("a!b", 1)]
    [InlineData("wow!!!", 3)]
    [InlineData("!", 1)]
    public void Each_exclamation_mark_is_the_pad_token(string text, int count) =>
        Assert.Equal(count, _tokenizer.Encode(text).Count(id => id == 0));

    [Fact]
    public void Special_tokens_in_the_text_are_their_ids() =>
        Assert.Equal([_tokenizer.StartId, _tokenizer.EndId, .. _tokenizer.Encode("cat")[1..^1], _tokenizer.StartId, _tokenizer.EndId],
            _tokenizer.Encode("<|endoftext|>cat<|startoftext|>"));

    [Fact]
    public void Long_texts_are_cut_and_keep_the_end_token()
    {
        var text = string.Join(' ', Enumerable.Repeat("a photo of a cat", 10));
        var (all, cut) = (_tokenizer.Encode(text), _tokenizer.EncodeTruncated(text));
        Assert.Equal(16, cut.Length);
        Assert.Equal(all[..15], cut[..15]);
        Assert.Equal(_tokenizer.EndId, cut[15]);
    }

    [Theory]
    [InlineData("a ")]
    [InlineData("a")]
    public void A_long_text_can_be_canceled(string repeated) => Assert.ThrowsAny<OperationCanceledException>(
        () => _tokenizer.EncodeTruncated(string.Concat(Enumerable.Repeat(repeated, 100)), new CancellationToken(canceled: true)));

    [Fact]
    public void A_long_text_is_read_as_far_as_the_model_does()
    {
        var words = string.Concat(Enumerable.Repeat("cat ", 15));
        Assert.Equal(_tokenizer.EncodeTruncated(words), _tokenizer.EncodeTruncated(words + new string('x', 1_000_000)));
    }

    [Fact]
    public void Broken_surrogates_are_replaced() => Assert.Equal(_tokenizer.Encode("a\ufffdb"), _tokenizer.Encode("a\ud800b"));

    [Theory]
    [InlineData("vocab.json", null, "does not contain vocab.json")]
    [InlineData("merges.txt", null, "does not contain merges.txt")]
    [InlineData("tokenizer_config.json", null, "does not contain tokenizer_config.json")]
    [InlineData("vocab.json", "[1]", "must be an object")]
    [InlineData("vocab.json", """{"a":"b"}""", "a in ")]
    [InlineData("merges.txt", "#version: 0.2\na b c\n", "Line 2")]
    [InlineData("merges.txt", "#version: 0.2\nqqq zzz\n", "the token 'qqq'")]
    [InlineData("tokenizer_config.json", """{"model_max_length":1}""", "model_max_length")]
    [InlineData("tokenizer_config.json", """{"bos_token":"<none>"}""", "the token '<none>'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"x":{"content":"!"}}}""", "the key 'x'")]
    public void Broken_files_are_errors(string file, string? content, string expected)
    {
        _folder.With(Tiny, file);
        if (content is not null)
            File.WriteAllText(_folder.File(file), content);
        var message = Assert.Throws<CheckpointException>(() => new ClipTokenizer(_folder.Path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vocab.json", """{"cat":-1}""", "assigns the id -1 to the token 'cat'. Ids must not be negative.")]
    [InlineData(
        "tokenizer.json",
        """{"model":{"vocab":{"a":0},"merges":[]},"added_tokens":[{"id":-1,"content":"!"}]}""",
        "tokenizer.json in")]
    public void A_negative_id_is_an_error(string file, string content, string expected)
    {
        _folder.With(Tiny, "vocab.json", "tokenizer_config.json");
        File.WriteAllText(_folder.File("tokenizer_config.json"), "{}");
        File.WriteAllText(_folder.File(file), content);
        var message = Assert.Throws<CheckpointException>(() => new ClipTokenizer(_folder.Path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("the id -1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Old_folders_name_their_special_tokens_by_role()
    {
        _folder.With(Tiny, "tokenizer_config.json");
        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"bos_token":{"content":"<|startoftext|>"},"pad_token":"!"}""");
        var old = new ClipTokenizer(_folder.Path);
        Assert.Equal(_tokenizer.Encode("wow! <|endoftext|>"), old.Encode("wow! <|endoftext|>"));
    }

    public void Dispose() => _folder.Dispose();
}

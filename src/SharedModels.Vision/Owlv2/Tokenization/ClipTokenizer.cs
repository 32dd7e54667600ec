using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Tokenization;

/// <summary>CLIP's byte-pair encoding, as Hugging Face's fast tokenizer does it; not safe for use by several threads at once.</summary>
internal sealed class ClipTokenizer
{
    private const string ConfigFile = "tokenizer_config.json";
    private const string DefaultStart = "<|startoftext|>";
    private const string DefaultEnd = "<|endoftext|>";
    private const int CachedPieces = 10_000;
    private const int LongestCachedPiece = 64;

    // Byte values of a piece's symbols: 0 to 255 inside the piece, 256 to 511 at its end (with the suffix "</w>").
    private readonly int[] _symbols = new int[512];
    private readonly Merges _merges;
    private readonly SpecialTokens _specials;
    private readonly BoundedCache<string, int[]> _pieces = new(CachedPieces);

    public ClipTokenizer(string folder)
    {
        var config = CheckpointJson.Read(folder, ConfigFile, Owlv2Json.Default.TokenizerConfig);
        var vocabulary = CheckpointJson.Read(folder, "vocab.json", Owlv2Json.Default.DictionaryStringInt32);
        if (config.ModelMaxLength < 2)
            throw new CheckpointException(
                $"model_max_length of {ConfigFile} in '{folder}' is {config.ModelMaxLength}; the start and end tokens alone take 2.");
        MaxLength = config.ModelMaxLength;
        _merges = new Merges(Path.Combine(folder, "merges.txt"), vocabulary);
        var specials = ReadSpecials(folder, config, vocabulary);
        _specials = new SpecialTokens(specials);
        var start = TokenizerConfig.TextOf(config.BosToken, DefaultStart);
        var end = TokenizerConfig.TextOf(config.EosToken, DefaultEnd);
        StartId = IdOf(folder, specials, vocabulary, start);
        EndId = IdOf(folder, specials, vocabulary, end);
        LargestId = vocabulary.Values.Concat(specials.Values).Max();
        if (vocabulary.FirstOrDefault(token => token.Value < 0) is { Key: not null } negative)
            throw new CheckpointException(
                $"vocab.json in '{folder}' gives the token '{negative.Key}' the id {negative.Value}; ids count from 0. Copy the file as it "
                + "was published.");
        var unknown = IdOf(folder, specials, vocabulary, TokenizerConfig.TextOf(config.UnkToken, end));
        for (var value = 0; value < 256; value++)
        {
            var symbol = ByteAlphabet.Characters[value].ToString();
            _symbols[value] = vocabulary.GetValueOrDefault(symbol, unknown);
            _symbols[256 + value] = vocabulary.GetValueOrDefault(symbol + "</w>", unknown);
        }
    }

    /// <summary>The number of ids that the model reads, including start and end.</summary>
    public int MaxLength { get; }

    public int StartId { get; }

    public int EndId { get; }

    public int LargestId { get; }

    /// <summary>All ids of a text, between the start and the end token, however many they are.</summary>
    public int[] Encode(string text)
    {
        var ids = new List<int> { StartId };
        var rest = text.AsSpan();
        while (_specials.TryFind(rest, out var index, out var length, out var id))
        {
            EncodeOrdinary(rest[..index], ids);
            ids.Add(id);
            rest = rest[(index + length)..];
        }

        EncodeOrdinary(rest, ids);
        ids.Add(EndId);
        return [.. ids];
    }

    /// <summary>The ids cut to <see cref="MaxLength"/>, the end token kept, without padding.</summary>
    public int[] EncodeTruncated(string text)
    {
        var ids = Encode(text);
        return ids.Length <= MaxLength ? ids : [.. ids.AsSpan(0, MaxLength - 1), EndId];
    }

    private void EncodeOrdinary(ReadOnlySpan<char> text, List<int> ids)
    {
        if (text.IsEmpty)
            return;
        var runes = Lower(Nfc.Normalize(text));
        foreach (var range in PieceScanner.Scan(runes))
            ids.AddRange(EncodePiece(CollectionsMarshal.AsSpan(runes)[range]));
    }

    private int[] EncodePiece(ReadOnlySpan<Rune> piece)
    {
        var text = new StringBuilder(piece.Length);
        foreach (var rune in piece)
            text.Append(rune.ToString());
        var key = text.ToString();
        if (_pieces.TryGet(key, out var known))
            return known;
        var bytes = Encoding.UTF8.GetBytes(key);
        var ids = new List<int>(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
            ids.Add(_symbols[bytes[i] + (i == bytes.Length - 1 ? 256 : 0)]);
        _merges.Apply(ids);
        var result = ids.ToArray();
        if (key.Length <= LongestCachedPiece)
            _pieces.Set(key, result);
        return result;
    }

    // Code point by code point, so that the final sigma stays an ordinary one.
    private static List<Rune> Lower(List<Rune> runes)
    {
        var result = new List<Rune>(runes.Count);
        foreach (var rune in runes)
        {
            // The one code point whose lower case is two, which Rune's invariant mapping leaves as it is.
            if (rune.Value == 0x130)
            {
                result.Add(new Rune('i'));
                result.Add(new Rune(0x307));
            }
            else
            {
                result.Add(Rune.ToLowerInvariant(rune));
            }
        }

        return result;
    }

    private static Dictionary<string, int> ReadSpecials(string folder, TokenizerConfig config, Dictionary<string, int> vocabulary)
    {
        var specials = new Dictionary<string, int>();
        if (config.AddedTokensDecoder is { } added)
        {
            foreach (var (id, token) in added)
            {
                if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    throw new CheckpointException(
                        $"added_tokens_decoder of {ConfigFile} in '{folder}' has the key '{id}', which is not an id. "
                        + "Copy the file as it was published.");
                specials[TokenizerConfig.TextOf(token, "")] = number;
            }

            return specials;
        }

        // Folders from before added_tokens_decoder name only the roles.
        string[] tokens =
        [
            TokenizerConfig.TextOf(config.BosToken, DefaultStart),
            TokenizerConfig.TextOf(config.EosToken, DefaultEnd),
            TokenizerConfig.TextOf(config.PadToken, DefaultEnd),
        ];
        foreach (var token in tokens)
            specials[token] = IdOf(folder, specials, vocabulary, token);
        return specials;
    }

    private static int IdOf(string folder, Dictionary<string, int> specials, Dictionary<string, int> vocabulary, string token) =>
        specials.TryGetValue(token, out var id) || vocabulary.TryGetValue(token, out id)
            ? id
            : throw new CheckpointException(
                $"vocab.json in '{folder}' lacks the token '{token}', which tokenizer_config.json names. Use the files of one "
                + "checkpoint.");
}

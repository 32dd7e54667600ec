using System.Runtime.InteropServices;
using System.Text;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Tokenization;

/// <summary>CLIP's byte-pair encoding, equal to Hugging Face's fast tokenizer. Not safe for concurrent use by several threads.</summary>
internal sealed class ClipTokenizer
{
    private const int CachedPieces = 10_000;
    private const int LongestCachedPiece = 64;

    // The symbols of byte values: 0 to 255 inside a piece, 256 to 511 at its end (with the suffix "</w>").
    private readonly int[] _symbols = new int[512];
    private readonly Merges _merges;
    private readonly SpecialTokens _specials;
    private readonly BoundedCache<string, int[]> _pieces = new(CachedPieces);

    /// <summary>Reads the tokenizer of a checkpoint folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="maxPositions">The number of ids that the model reads. It applies if the tokenizer has no limit.</param>
    /// <exception cref="CheckpointException">A file is missing or invalid.</exception>
    public ClipTokenizer(string folder, int maxPositions = 16)
    {
        var files = new TokenizerFiles(folder, maxPositions);
        MaxLength = files.MaxLength;
        _merges = files.Merges;
        _specials = new SpecialTokens(files.Specials);
        (StartId, EndId) = (files.StartId, files.EndId);
        LargestId = files.Vocabulary.Values.Concat(files.Specials.Values.Select(static special => special.Id)).Max();
        var unknown = files.UnknownId;
        for (var value = 0; value < 256; value++)
        {
            var symbol = ByteAlphabet.Characters[value].ToString();
            _symbols[value] = files.Vocabulary.GetValueOrDefault(symbol, unknown);
            _symbols[256 + value] = files.Vocabulary.GetValueOrDefault(symbol + "</w>", unknown);
        }
    }

    /// <summary>The number of ids that the model reads, including the start and end tokens.</summary>
    public int MaxLength { get; }

    public int StartId { get; }

    public int EndId { get; }

    public int LargestId { get; }

    /// <summary>Returns all ids of a text, enclosed in the start and end tokens.</summary>
    public int[] Encode(string text) => Encode(text, int.MaxValue, CancellationToken.None);

    /// <summary>Returns the ids, truncated to <see cref="MaxLength"/> including the end token, without padding.</summary>
    public int[] EncodeTruncated(string text) => EncodeTruncated(text, CancellationToken.None);

    /// <inheritdoc cref="EncodeTruncated(string)"/>
    public int[] EncodeTruncated(string text, CancellationToken cancellationToken) => Encode(text, MaxLength, cancellationToken);

    private int[] Encode(string text, int maxLength, CancellationToken cancellationToken)
    {
        var ids = new List<int> { StartId };
        var rest = text.AsSpan();
        while (ids.Count < maxLength && _specials.TryFind(rest, out var index, out var length, out var id))
        {
            EncodeOrdinary(rest[..index], ids, maxLength, cancellationToken);
            ids.Add(id);
            rest = rest[(index + length)..];
        }

        EncodeOrdinary(rest, ids, maxLength, cancellationToken);
        return [.. CollectionsMarshal.AsSpan(ids)[..Math.Min(ids.Count, maxLength - 1)], EndId];
    }

    // Processes word by word, so that the rest of a long text is not read. A space ends a piece and does not compose with other
    // characters.
    private void EncodeOrdinary(ReadOnlySpan<char> text, List<int> ids, int maxLength, CancellationToken cancellationToken)
    {
        foreach (var word in text.Split(' '))
        {
            if (ids.Count >= maxLength)
                return;
            cancellationToken.ThrowIfCancellationRequested();
            var runes = Lower(Nfc.Normalize(text[word]));
            foreach (var range in PieceScanner.Scan(runes))
            {
                if (ids.Count >= maxLength)
                    return;
                cancellationToken.ThrowIfCancellationRequested();
                ids.AddRange(EncodePiece(CollectionsMarshal.AsSpan(runes)[range], cancellationToken));
            }
        }
    }

    private int[] EncodePiece(ReadOnlySpan<Rune> piece, CancellationToken cancellationToken)
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
        _merges.Apply(ids, cancellationToken);
        var result = ids.ToArray();
        if (key.Length <= LongestCachedPiece)
            _pieces.Set(key, result);
        return result;
    }

    // Processes each code point separately, so that a final sigma becomes an ordinary sigma.
    private static List<Rune> Lower(List<Rune> runes)
    {
        var result = new List<Rune>(runes.Count);
        foreach (var rune in runes)
        {
            // The only code point whose lower case consists of two. Rune's invariant mapping does not change it.
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
}

using System.Globalization;

namespace SharedModels.Vision.Tokenization;

/// <summary>The tables for <see cref="Nfc"/>, read from the embedded Nfc.txt when they are first needed.</summary>
internal sealed class NfcData
{
    private static readonly Lazy<NfcData> Lazily = new(static () => new NfcData());

    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<(int First, int Second), int> _compositions = [];

    private NfcData()
    {
        using var stream = typeof(NfcData).Assembly.GetManifestResourceStream("SharedModels.Vision.Tokenization.Nfc.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            Add(line);
    }

    public static NfcData Instance => Lazily.Value;

    public int ClassOf(int rune) => _classes.GetValueOrDefault(rune);

    /// <summary>Performs one step of decomposition. <c>Second</c> is 0 if there is only one part.</summary>
    public bool TryDecompose(int rune, out (int First, int Second) parts) => _decompositions.TryGetValue(rune, out parts);

    public bool TryCompose(int first, int second, out int rune) => _compositions.TryGetValue((first, second), out rune);

    private void Add(ReadOnlySpan<char> line)
    {
        var mark = line.IndexOfAny(":=>#");
        if (line[mark] == '#')
            return;
        var left = line[..mark];
        var right = line[(mark + 1)..];
        if (line[mark] == ':')
        {
            var dash = left.IndexOf('-');
            var last = Hex(left[(dash + 1)..]);
            for (var rune = Hex(left[..dash]); rune <= last; rune++)
                _classes.Add(rune, byte.Parse(right, CultureInfo.InvariantCulture));
            return;
        }

        var blank = right.IndexOf(' ');
        var parts = blank < 0 ? (Hex(right), 0) : (Hex(right[..blank]), Hex(right[(blank + 1)..]));
        _decompositions.Add(Hex(left), parts);
        if (line[mark] == '=')
            _compositions.Add(parts, Hex(left));
    }

    private static int Hex(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

using System.Text;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>The content of a code: a sequence of segments (ISO/IEC 18004, 8.4).</summary>
/// <remarks>
/// All bytes without a known designated encoding (ECI) are combined, because <see cref="QrText"/> needs more than a few bytes to
/// distinguish the encodings.
/// </remarks>
internal sealed class QrContent
{
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    private const char GroupSeparator = '\u001D';

    private readonly List<(Encoding? Encoding, List<byte> Bytes)> _parts = [];
    private Encoding? _encoding;
    private bool _hasFunction;
    private bool _hasKanji;

    private QrContent()
    {
    }

    public string Text => field ??= ToText();

    /// <summary>The bytes of the text. The bytes of each segment are in its encoding.</summary>
    public byte[] Bytes => [.. _parts.SelectMany(static part => part.Bytes)];

    /// <summary>True if a part has a designated encoding. Its bytes can then differ from the generator's.</summary>
    public bool HasDesignatedEncoding { get; private set; }

    /// <summary>The position in a message that is spread over several codes.</summary>
    public QrStructuredAppend? StructuredAppend { get; private set; }

    /// <summary>Reads the content. Returns <see langword="null"/> if the data ends inside a segment or has an unknown mode.</summary>
    public static QrContent? Read(ReadOnlySpan<byte> data, int version)
    {
        var content = new QrContent();
        return content.TryRead(data, version) ? content : null;
    }

    /// <summary>
    /// Concatenates the contents of several codes. An encoding that is not designated is guessed for all of them together.
    /// </summary>
    public static QrContent Join(IEnumerable<QrContent> contents)
    {
        var joined = new QrContent();
        foreach (var content in contents)
        {
            joined._hasKanji |= content._hasKanji;
            joined.HasDesignatedEncoding |= content.HasDesignatedEncoding;
            foreach (var (encoding, bytes) in content._parts)
                joined.PartOf(encoding).AddRange(bytes);
        }

        return joined;
    }

    private bool TryRead(ReadOnlySpan<byte> data, int version)
    {
        var bits = new QrBits(data);
        while (bits.TryRead(4, out var mode) && mode != QrMode.Terminator)
        {
            var isRead = mode switch
            {
                QrMode.Eci => TryReadEci(ref bits),
                QrMode.StructuredAppend => TryReadPlace(ref bits),
                QrMode.FunctionFirst => _hasFunction = true,
                QrMode.FunctionSecond => (_hasFunction = true) && bits.TryRead(8, out _),
                QrMode.Hanzi => bits.TryRead(4, out _) && TryReadSegment(ref bits, mode, version),
                _ => TryReadSegment(ref bits, mode, version),
            };
            if (!isRead)
                return false;
        }

        return true;
    }

    private bool TryReadSegment(ref QrBits bits, int mode, int version)
    {
        if (!bits.TryRead(QrMode.CountBits(mode, version), out var count))
            return false;
        return mode switch
        {
            QrMode.Numeric => TryReadDigits(ref bits, count),
            QrMode.Alphanumeric => TryReadAlphanumeric(ref bits, count),
            QrMode.Bytes => TryReadBytes(ref bits, count),
            QrMode.Kanji => TryReadPairs(ref bits, count, 0xC0, 0x8140, 0x1F00, 0xC140, QrText.ShiftJis),
            QrMode.Hanzi => TryReadPairs(ref bits, count, 0x60, 0xA1A1, 0x0A00, 0xA6A1, QrText.Gb2312),
            _ => false,
        };
    }

    private bool TryReadPlace(ref QrBits bits)
    {
        if (!bits.TryRead(4, out var index) || !bits.TryRead(4, out var last) || !bits.TryRead(8, out var parity))
            return false;
        if (index <= last)
            StructuredAppend = new QrStructuredAppend(index, last + 1, (byte)parity);
        return true;
    }

    private bool TryReadEci(ref QrBits bits)
    {
        // The first bits specify the length: 0, 10 or 110.
        if (!bits.TryRead(8, out var value) || value >= 0xE0)
            return false;
        var (further, mask) = value switch
        {
            < 0x80 => (0, 0x7F),
            < 0xC0 => (8, 0x3F),
            _ => (16, 0x1F),
        };
        if (!bits.TryRead(further, out var low))
            return false;
        _encoding = QrText.OfEci(((value & mask) << further) | low);
        HasDesignatedEncoding = true;
        return true;
    }

    private bool TryReadDigits(ref QrBits bits, int count)
    {
        for (; count > 0; count -= 3)
        {
            var digits = Math.Min(count, 3);
            if (!bits.TryRead(3 * digits + 1, out var value))
                return false;
            for (var divisor = digits == 3 ? 100 : digits == 2 ? 10 : 1; divisor > 0; divisor /= 10)
                AddAscii((char)('0' + value / divisor % 10));
        }

        return true;
    }

    private bool TryReadAlphanumeric(ref QrBits bits, int count)
    {
        var characters = new StringBuilder(count);
        for (; count > 0; count -= 2)
        {
            if (!bits.TryRead(count > 1 ? 11 : 6, out var value) || value >= (count > 1 ? 45 * 45 : 45))
                return false;
            if (count > 1)
                characters.Append(Alphanumeric[value / 45]);
            characters.Append(Alphanumeric[value % 45]);
        }

        // With FNC1, one percent sign stands for a field separator, and two stand for a percent sign.
        if (_hasFunction)
            characters.Replace("%%", "\uFFFF").Replace('%', GroupSeparator).Replace('\uFFFF', '%');
        foreach (var character in characters.ToString())
            AddAscii(character);
        return true;
    }

    private bool TryReadBytes(ref QrBits bits, int count)
    {
        for (; count > 0; count--)
        {
            if (!bits.TryRead(8, out var value))
                return false;
            Add((byte)value, _encoding);
        }

        return true;
    }

    // Double-byte characters, packed into 13 bits.
    private bool TryReadPairs(ref QrBits bits, int count, int radix, int offset, int limit, int offsetAbove, Encoding encoding)
    {
        _hasKanji |= radix == 0xC0;
        for (; count > 0; count--)
        {
            if (!bits.TryRead(13, out var value))
                return false;
            var pair = (value / radix << 8) + value % radix;
            pair += pair < limit ? offset : offsetAbove;
            Add((byte)(pair >> 8), encoding);
            Add((byte)pair, encoding);
        }

        return true;
    }

    // ASCII is the same in all encodings that are guessed, so it can be mixed with bytes of any of them.
    private void AddAscii(char ascii) => Add((byte)ascii, _encoding is null ? null : Encoding.ASCII);

    private void Add(byte value, Encoding? encoding) => PartOf(encoding).Add(value);

    private List<byte> PartOf(Encoding? encoding)
    {
        if (_parts.Count == 0 || !ReferenceEquals(_parts[^1].Encoding, encoding))
            _parts.Add((encoding, []));
        return _parts[^1].Bytes;
    }

    private string ToText()
    {
        var text = new StringBuilder();
        foreach (var (encoding, part) in _parts)
        {
            byte[] bytes = [.. part];
            text.Append(encoding?.GetString(bytes) ?? QrText.Decode(bytes, isJapanese: _hasKanji));
        }

        return text.ToString();
    }
}

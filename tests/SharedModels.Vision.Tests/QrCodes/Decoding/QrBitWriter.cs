using SharedModels.Vision.QrCodes.Decoding;

namespace SharedModels.Vision.Tests.QrCodes.Decoding;

/// <summary>Writes the data of a code segment by segment, as ISO/IEC 18004 specifies for versions 1 to 9.</summary>
internal sealed class QrBitWriter
{
    private readonly List<bool> _bits = [];

    public QrBitWriter Bits(int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
            _bits.Add(((value >> i) & 1) == 1);
        return this;
    }

    public QrBitWriter Digits(string digits)
    {
        Bits(QrMode.Numeric, 4).Bits(digits.Length, 10);
        foreach (var group in digits.Chunk(3))
            Bits(int.Parse(group), 3 * group.Length + 1);
        return this;
    }

    public QrBitWriter Alphanumeric(string text)
    {
        const string Characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
        Bits(QrMode.Alphanumeric, 4).Bits(text.Length, 9);
        foreach (var pair in text.Chunk(2))
        {
            var first = Characters.IndexOf(pair[0], StringComparison.Ordinal);
            if (pair.Length == 2)
                Bits(first * 45 + Characters.IndexOf(pair[1], StringComparison.Ordinal), 11);
            else
                Bits(first, 6);
        }

        return this;
    }

    public QrBitWriter Bytes(params byte[] bytes)
    {
        Bits(QrMode.Bytes, 4).Bits(bytes.Length, 8);
        foreach (var value in bytes)
            Bits(value, 8);
        return this;
    }

    public QrBitWriter Kanji(string text)
    {
        var bytes = QrText.ShiftJis.GetBytes(text);
        Bits(QrMode.Kanji, 4).Bits(bytes.Length / 2, 8);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            var pair = (bytes[i] << 8) + bytes[i + 1];
            pair -= pair < 0xE040 ? 0x8140 : 0xC140;
            Bits((pair >> 8) * 0xC0 + (pair & 0xFF), 13);
        }

        return this;
    }

    public QrBitWriter Hanzi(string text)
    {
        var bytes = QrText.Gb2312.GetBytes(text);
        Bits(QrMode.Hanzi, 4).Bits(1, 4).Bits(bytes.Length / 2, 8);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            var first = bytes[i] - (bytes[i] < 0xB0 ? 0xA1 : 0xA6);
            Bits(first * 0x60 + bytes[i + 1] - 0xA1, 13);
        }

        return this;
    }

    public QrBitWriter Eci(int number)
    {
        Bits(QrMode.Eci, 4);
        return number < 128 ? Bits(number, 8) : number < 16384 ? Bits(0x8000 | number, 16) : Bits(0xC00000 | number, 24);
    }

    /// <summary>Returns the data, padded to whole bytes with zeros, which end the code.</summary>
    public byte[] ToArray(int length = 0)
    {
        var bytes = new byte[Math.Max(length, (_bits.Count + 7) / 8)];
        for (var i = 0; i < _bits.Count; i++)
            bytes[i / 8] |= (byte)(_bits[i] ? 0x80 >> i % 8 : 0);
        return bytes;
    }
}

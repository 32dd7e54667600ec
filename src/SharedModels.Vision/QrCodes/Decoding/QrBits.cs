namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Reads numbers of several bits from the data of a code.</summary>
internal ref struct QrBits(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly int Left => _bytes.Length * 8 - _position;

    /// <summary>Reads the next number. Returns <see langword="false"/> if there are not enough bits left.</summary>
    public bool TryRead(int bits, out int value)
    {
        value = 0;
        if (bits > Left)
            return false;
        for (var i = 0; i < bits; i++, _position++)
            value = (value << 1) | ((_bytes[_position / 8] >> (7 - _position % 8)) & 1);
        return true;
    }
}

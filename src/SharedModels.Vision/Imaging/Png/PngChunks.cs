using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>Reads all chunks of a PNG to find the header and the orientation and to check that it is complete.</summary>
internal ref struct PngChunks(ReadOnlySpan<byte> png, SizeLimit limit)
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12;
    private const int MaxProfiles = 4;

    private readonly ReadOnlySpan<byte> _png = png;
    private bool _hasPalette;
    private bool _hasData;
    private bool _hasExif;
    private int _profiles;
    private bool _dataHasEnded;

    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public PngHeader Header { get; private set; }

    public long DataLength { get; private set; }

    public ExifOrientation Orientation { get; private set; } = ExifOrientation.Upright;

    public void Walk()
    {
        if (!_png.StartsWith(Signature))
        {
            throw Signature.StartsWith(_png)
                ? Truncated()
                : ImageFormatException.Corrupt("The PNG's signature is damaged, possibly by a transfer in text mode.");
        }

        var position = SignatureLength;
        while (true)
        {
            if (_png.Length - position < ChunkOverhead)
                throw Truncated();
            var length = BinaryPrimitives.ReadUInt32BigEndian(_png[position..]);
            var name = _png.Slice(position + 4, 4);
            if (length > int.MaxValue)
                throw ImageFormatException.Corrupt("The PNG has a chunk that is longer than PNG allows.");
            if (position == SignatureLength && !name.SequenceEqual("IHDR"u8))
                throw ImageFormatException.Corrupt("The PNG does not begin with its header.");
            if (length > _png.Length - position - ChunkOverhead)
                throw Truncated();
            if (name.SequenceEqual("IEND"u8))
                break;
            ReadChunk(name, position, (int)length);
            position += (int)length + ChunkOverhead;
        }

        if (!_hasData)
            throw ImageFormatException.Corrupt("The PNG contains no image.");
        if (Header.ColorType == PngColorType.Palette && !_hasPalette)
            throw ImageFormatException.Corrupt("The PNG has no palette, although its pixels are palette indices.");
    }

    private void ReadChunk(ReadOnlySpan<byte> name, int position, int length)
    {
        var content = _png.Slice(position + 8, length);
        var checksum = BinaryPrimitives.ReadUInt32BigEndian(_png[(position + 8 + length)..]);
        var isIntact = PngCrc.Compute(_png.Slice(position + 4, length + 4)) == checksum;
        // The fifth bit of the name's first letter indicates whether the image can be decoded without the chunk.
        var isNeeded = (name[0] & 0x20) == 0;
        if (!isIntact)
        {
            if (isNeeded)
                throw ImageFormatException.Corrupt("The PNG is damaged: a checksum does not match.");
            return;
        }

        var isData = name.SequenceEqual("IDAT"u8);
        if (isData)
            ReadData(length);
        else if (name.SequenceEqual("IHDR"u8))
            ReadHeader(content, position);
        else if (name.SequenceEqual("PLTE"u8))
            ReadPalette(length);
        else if (name.SequenceEqual("eXIf"u8))
            (Orientation, _hasExif) = (ExifOrientation.Read(content), true);
        else if (name.SequenceEqual("tEXt"u8) || name.SequenceEqual("zTXt"u8))
            ReadText(content, isCompressed: name[0] == 'z');
        else if (isNeeded)
            throw new ImageFormatException(ImageFormatErrorReason.Unsupported, "The PNG requires an extension that is not supported.");
        _dataHasEnded |= _hasData && !isData;
    }

    private void ReadHeader(ReadOnlySpan<byte> content, int position)
    {
        if (position != SignatureLength)
            throw ImageFormatException.Corrupt("The PNG has more than one header.");
        Header = PngHeader.Read(content);
        limit.Check(Header.Width, Header.Height);
    }

    // The chunk eXIf takes precedence over the first text profile that contains EXIF. Only a few are examined, because each may have to
    // be inflated.
    private void ReadText(ReadOnlySpan<byte> content, bool isCompressed)
    {
        if (_hasExif || _profiles == MaxProfiles || !PngRawProfile.IsProfile(content))
            return;
        _profiles++;
        if (PngRawProfile.Read(content, isCompressed) is { } orientation)
            (Orientation, _profiles) = (orientation, MaxProfiles);
    }

    private void ReadPalette(int length)
    {
        if (length is 0 or > 256 * 3 || length % 3 != 0 || _hasPalette || _hasData)
            throw ImageFormatException.Corrupt("The PNG's palette has an invalid length or position.");
        _hasPalette = true;
    }

    private void ReadData(int length)
    {
        if (_dataHasEnded)
            throw ImageFormatException.Corrupt("The PNG's image data is not contiguous.");
        _hasData = true;
        DataLength += length;
    }

    private static ImageFormatException Truncated() => ImageFormatException.Truncated("The PNG ends before its image is complete.");
}

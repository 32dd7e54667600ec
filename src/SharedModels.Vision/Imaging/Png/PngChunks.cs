using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>Walks a PNG's chunks from start to end: the header, the palette, the orientation, and where the data lies.</summary>
internal ref struct PngChunks(ReadOnlySpan<byte> png, SizeLimit limit)
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12;

    private readonly ReadOnlySpan<byte> _png = png;
    private bool _dataHasEnded;

    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public PngHeader Header { get; private set; }

    public Range Palette { get; private set; }

    public int FirstData { get; private set; }

    public long DataLength { get; private set; }

    public ExifOrientation Orientation { get; private set; } = ExifOrientation.Upright;

    public void Walk()
    {
        if (!_png.StartsWith(Signature))
        {
            throw Signature.StartsWith(_png)
                ? Truncated()
                : ImageFormatException.Corrupt("The PNG's signature is damaged, as by a transfer in text mode.");
        }

        var position = SignatureLength;
        while (true)
        {
            if (_png.Length - position < ChunkOverhead)
                throw Truncated();
            var length = BinaryPrimitives.ReadUInt32BigEndian(_png[position..]);
            var name = _png.Slice(position + 4, 4);
            if (length > int.MaxValue)
                throw ImageFormatException.Corrupt("The PNG has a chunk longer than PNG allows.");
            if (position == SignatureLength && !name.SequenceEqual("IHDR"u8))
                throw ImageFormatException.Corrupt("The PNG does not begin with its header.");
            if (length > _png.Length - position - ChunkOverhead)
                throw Truncated();
            if (name.SequenceEqual("IEND"u8))
                break;
            ReadChunk(name, position, (int)length);
            position += (int)length + ChunkOverhead;
        }

        if (FirstData == 0)
            throw ImageFormatException.Corrupt("The PNG holds no picture.");
        if (Header.ColorType == PngColorType.Palette && Palette.Equals(default))
            throw ImageFormatException.Corrupt("The PNG has no palette, although its colours are of one.");
    }

    private void ReadChunk(ReadOnlySpan<byte> name, int position, int length)
    {
        var content = _png.Slice(position + 8, length);
        var checksum = BinaryPrimitives.ReadUInt32BigEndian(_png[(position + 8 + length)..]);
        var isIntact = PngCrc.Compute(_png.Slice(position + 4, length + 4)) == checksum;
        // The fifth bit of a name's first letter says whether a picture can be made without the chunk.
        var isNeeded = (name[0] & 0x20) == 0;
        if (!isIntact)
        {
            if (isNeeded)
                throw ImageFormatException.Corrupt("The PNG is damaged: a checksum does not match.");
            return;
        }

        var isData = name.SequenceEqual("IDAT"u8);
        if (isData)
            ReadData(position, length);
        else if (name.SequenceEqual("IHDR"u8))
            ReadHeader(content, position);
        else if (name.SequenceEqual("PLTE"u8))
            ReadPalette(position + 8, length);
        else if (name.SequenceEqual("eXIf"u8))
            Orientation = ExifOrientation.Read(content);
        else if (isNeeded)
            throw new ImageFormatException(ImageFormatErrorReason.Unsupported, "The PNG needs an extension that is not supported.");
        _dataHasEnded |= FirstData != 0 && !isData;
    }

    private void ReadHeader(ReadOnlySpan<byte> content, int position)
    {
        if (position != SignatureLength)
            throw ImageFormatException.Corrupt("The PNG has more than one header.");
        Header = PngHeader.Read(content);
        limit.Check(Header.Width, Header.Height);
    }

    private void ReadPalette(int start, int length)
    {
        if (length is 0 or > 256 * 3 || length % 3 != 0 || !Palette.Equals(default) || FirstData != 0)
            throw ImageFormatException.Corrupt("The PNG's palette has a wrong length or place.");
        Palette = start..(start + length);
    }

    private void ReadData(int position, int length)
    {
        if (_dataHasEnded)
            throw ImageFormatException.Corrupt("The PNG's picture is not in one piece.");
        if (FirstData == 0)
            FirstData = position;
        DataLength += length;
    }

    private static ImageFormatException Truncated() => ImageFormatException.Truncated("The PNG ends before its picture is complete.");
}

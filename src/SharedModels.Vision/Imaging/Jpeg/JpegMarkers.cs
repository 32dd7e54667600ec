using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging.Jpeg;

/// <summary>
/// Reads all markers of a JPEG to find the size and the orientation and to check that it is complete (ITU T.81, annex B).
/// </summary>
internal ref struct JpegMarkers(ReadOnlySpan<byte> jpeg, SizeLimit limit)
{
    // Encoders write about ten scans. A file with hundreds of scans over the whole image is designed to cost time.
    public const int MaxScans = 100;

    private readonly ReadOnlySpan<byte> _jpeg = jpeg;
    private int _position = 2;

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary><see langword="true"/> if each scan contains complete blocks, so that rows can be decoded as they are read.</summary>
    public bool IsSequential { get; private set; }

    public int Scans { get; private set; }

    public ExifOrientation Orientation { get; private set; } = ExifOrientation.Upright;

    public void Walk()
    {
        for (var marker = NextMarker(); marker != 0xD9; marker = NextMarker())
        {
            switch (marker)
            {
                case 0x01 or (>= 0xD0 and <= 0xD7):
                    break;
                case 0xD8:
                    throw ImageFormatException.Corrupt("The JPEG contains a second start marker.");
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    ReadFrame(marker, ReadSegment());
                    break;
                case 0xDA:
                    ReadScan(ReadSegment());
                    break;
                case 0xE1:
                    ReadApp1(ReadSegment());
                    break;
                default:
                    ReadSegment();
                    break;
            }
        }

        if (Scans == 0)
            throw ImageFormatException.Corrupt("The JPEG contains no image.");
    }

    // This also skips entropy-coded data, in which 0xFF is followed by 0 or a restart marker.
    private int NextMarker()
    {
        while (true)
        {
            var skip = _jpeg[_position..].IndexOf((byte)0xFF);
            if (skip < 0)
                break;
            _position += skip;
            while (_position < _jpeg.Length && _jpeg[_position] == 0xFF)
                _position++;
            if (_position == _jpeg.Length)
                break;
            if (_jpeg[_position++] is not 0 and var marker)
                return marker;
        }

        throw ImageFormatException.Truncated("The JPEG ends before its end marker: part of the image is missing.");
    }

    private ReadOnlySpan<byte> ReadSegment()
    {
        var rest = _jpeg[_position..];
        var length = rest.Length < 2 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length < 2)
            throw ImageFormatException.Corrupt("The JPEG has a segment that is shorter than its length field.");
        if (length > rest.Length)
            throw ImageFormatException.Truncated("The JPEG ends inside a segment.");
        _position += length;
        return rest[2..length];
    }

    private void ReadFrame(int marker, ReadOnlySpan<byte> frame)
    {
        if (Width > 0)
            throw ImageFormatException.Corrupt("The JPEG has more than one frame.");
        if (frame.Length < 6)
            throw ImageFormatException.Corrupt("The JPEG's frame header is too short.");
        var precision = frame[0];
        var height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        if (marker is not (0xC0 or 0xC1 or 0xC2))
            throw Unsupported(marker is 0xC9 or 0xCA ? "arithmetic coding" : "lossless or hierarchical coding");
        if (precision != 8)
            throw Unsupported($"{precision}-bit samples");
        if (height == 0)
            throw Unsupported("a height that follows the image");
        if (width == 0)
            throw ImageFormatException.Corrupt("The JPEG is 0 pixels wide.");
        if (frame[5] is not (1 or 3 or 4))
            throw Unsupported($"{frame[5]} components");
        limit.Check(width, height);
        (Width, Height, IsSequential) = (width, height, marker != 0xC2);
    }

    private void ReadScan(ReadOnlySpan<byte> scan)
    {
        if (Width == 0 || scan.IsEmpty)
            throw ImageFormatException.Corrupt("The JPEG has a scan without a frame.");
        if (++Scans > MaxScans)
        {
            throw ImageFormatException.TooLarge(
                $"The JPEG stores its image in more than {MaxScans} scans, which would take too long to decode.");
        }
    }

    private void ReadApp1(ReadOnlySpan<byte> segment)
    {
        if (Width == 0 && segment.StartsWith("Exif\0\0"u8))
            Orientation = ExifOrientation.Read(segment);
    }

    private static ImageFormatException Unsupported(string what) =>
        new(ImageFormatErrorReason.Unsupported, $"The JPEG uses {what}, which is not supported.");
}

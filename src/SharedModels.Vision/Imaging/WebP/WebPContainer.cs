using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging.WebP;

/// <summary>Reads all chunks of a WebP to find the size, the orientation and the bitstream of the image (RFC 9649).</summary>
internal ref struct WebPContainer(ReadOnlySpan<byte> webp, SizeLimit limit)
{
    private const int FileHeaderLength = 12;
    private const int ChunkHeaderLength = 8;
    private const int FrameHeaderLength = 16;

    private readonly ReadOnlySpan<byte> _webp = webp;
    private bool _isAnimated;

    /// <summary>The width of the canvas, or of the image if there is no canvas.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>The left edge, on the canvas, of the image or of an animation's first frame.</summary>
    public int Left { get; private set; }

    public int Top { get; private set; }

    public int FrameWidth { get; private set; }

    public int FrameHeight { get; private set; }

    /// <summary>The range of the <c>VP8 </c> or <c>VP8L</c> chunk, including its header.</summary>
    public Range Bitstream { get; private set; }

    /// <summary>The range of the image's <c>ALPH</c> chunk, including its header. It is empty if there is no such chunk.</summary>
    public Range Alpha { get; private set; }

    public ExifOrientation Orientation { get; private set; } = ExifOrientation.Upright;

    public void Walk()
    {
        if (_webp.Length < FileHeaderLength)
            throw Truncated();
        var end = Read32(4) + ChunkHeaderLength;
        WalkChunks(FileHeaderLength, (int)Math.Min(end, _webp.Length), isFrame: false);
        if (end > _webp.Length)
            throw Truncated();
        if (FrameWidth == 0)
            throw ImageFormatException.Corrupt("The WebP contains no image.");
        if (!_isAnimated && (FrameWidth != Width || FrameHeight != Height))
            throw ImageFormatException.Corrupt("The size of the WebP's image differs from the size in its header.");
        if (Left + FrameWidth > Width || Top + FrameHeight > Height)
            throw ImageFormatException.Corrupt("The WebP's first frame does not fit its canvas.");
    }

    private void WalkChunks(int position, int end, bool isFrame)
    {
        while (end - position >= ChunkHeaderLength)
        {
            var length = Read32(position + 4);
            var next = position + ChunkHeaderLength + length + (length & 1);
            var body = position + ChunkHeaderLength;
            var available = (int)Math.Min(length, end - body);
            ReadChunk(_webp.Slice(position, 4), body, available, isComplete: available == length, isFrame);
            if (next > end)
            {
                // Some files lack the padding byte of the last chunk.
                if (available < length)
                    throw Truncated();
                return;
            }

            position = (int)next;
        }
    }

    private void ReadChunk(ReadOnlySpan<byte> name, int body, int length, bool isComplete, bool isFrame)
    {
        if (name.SequenceEqual("VP8X"u8) && Width == 0 && length >= 10)
            (Width, Height) = CheckSize(Read24(body + 4) + 1, Read24(body + 7) + 1);
        else if (name.SequenceEqual("ANMF"u8) && !isFrame && FrameWidth == 0 && Width > 0)
            ReadFrame(body, length);
        else if ((name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8)) && FrameWidth == 0)
            ReadImage(body, length, isLossless: name[3] == 'L');
        else if (name.SequenceEqual("ALPH"u8) && FrameWidth == 0 && isComplete)
            Alpha = (body - ChunkHeaderLength)..(body + length);
        else if (name.SequenceEqual("EXIF"u8) && !isFrame && isComplete)
            Orientation = ExifOrientation.Read(_webp.Slice(body, length));
    }

    private void ReadFrame(int body, int length)
    {
        if (length < FrameHeaderLength)
            throw Truncated();
        _isAnimated = true;
        (Left, Top) = (Read24(body) * 2, Read24(body + 3) * 2);
        var (width, height) = (Read24(body + 6) + 1, Read24(body + 9) + 1);
        WalkChunks(body + FrameHeaderLength, body + length, isFrame: true);
        if (FrameWidth != width || FrameHeight != height)
            throw ImageFormatException.Corrupt("The size of the WebP's first frame differs from the size in its header.");
    }

    private void ReadImage(int body, int length, bool isLossless)
    {
        var stream = _webp.Slice(body, length);
        if (stream.Length < (isLossless ? 5 : 10))
            throw Truncated();
        if (isLossless ? stream[0] != 0x2F : !stream[3..6].SequenceEqual([(byte)0x9D, (byte)0x01, (byte)0x2A]))
            throw ImageFormatException.Corrupt("The WebP's image does not begin with the signature of its encoding.");
        var size = isLossless ? Read32(body + 1) : Read32(body + 6);
        var (width, height) = isLossless
            ? ((int)(size & 0x3FFF) + 1, (int)(size >> 14 & 0x3FFF) + 1)
            : ((int)(size & 0x3FFF), (int)(size >> 16 & 0x3FFF));
        if (width == 0 || height == 0)
            throw ImageFormatException.Corrupt("The WebP's width or height is 0 pixels.");
        if (Width == 0)
            (Width, Height) = CheckSize(width, height);
        (FrameWidth, FrameHeight) = (width, height);
        Bitstream = (body - ChunkHeaderLength)..(body + length);
    }

    private readonly (int Width, int Height) CheckSize(int width, int height)
    {
        limit.Check(width, height);
        return (width, height);
    }

    private readonly long Read32(int position) => BinaryPrimitives.ReadUInt32LittleEndian(_webp[position..]);

    private readonly int Read24(int position) => _webp[position] | _webp[position + 1] << 8 | _webp[position + 2] << 16;

    private static ImageFormatException Truncated() => ImageFormatException.Truncated("The WebP ends before its image is complete.");
}

using System.Buffers.Binary;
using SharedModels.Vision.Imaging.Skia;

namespace SharedModels.Vision.Imaging.WebP;

/// <summary>A WebP image. Skia decodes it after its chunks have been checked in managed code.</summary>
/// <remarks>
/// Skia receives a file with only the bitstream of the image or of the first frame, and with its alpha chunk only if transparency is
/// kept. The part of the canvas that a frame does not cover is black, like transparent black without alpha.
/// </remarks>
internal sealed class WebPImage : EncodedImage
{
    private const int FileHeaderLength = 12;

    // A flag in the VP8X chunk (RFC 9649, 2.7.1.1).
    private const byte HasAlpha = 0x10;

    private readonly ReadOnlyMemory<byte> _bitstream;
    private readonly ReadOnlyMemory<byte> _alpha;
    private readonly (int Left, int Top, int Width, int Height) _frame;

    private WebPImage(in WebPContainer container, ReadOnlyMemory<byte> encoded)
        : base(ImageFormat.WebP, container.Width, container.Height, container.Orientation)
    {
        _bitstream = encoded[container.Bitstream];
        _alpha = encoded[container.Alpha];
        _frame = (container.Left, container.Top, container.FrameWidth, container.FrameHeight);
    }

    public static bool Begins(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("RIFF"u8) && (bytes.Length < FileHeaderLength || bytes[8..FileHeaderLength].SequenceEqual("WEBP"u8));

    public static WebPImage Open(ReadOnlyMemory<byte> encoded, SizeLimit limit)
    {
        var container = new WebPContainer(encoded.Span, limit);
        container.Walk();
        return new WebPImage(container, encoded);
    }

    public override byte[] ReadPixels(Transparency transparency)
    {
        using var codec = new SkiaCodec(BareFile(transparency), ImageFormat.WebP, _frame.Width, _frame.Height);
        return codec.ReadAll(Width, Height, _frame.Left, _frame.Top, transparency);
    }

    private byte[] BareFile(Transparency transparency)
    {
        using var file = new MemoryStream(FileHeaderLength + 2 * FileHeaderLength + _alpha.Length + _bitstream.Length);
        file.Write("RIFF\0\0\0\0WEBP"u8);
        if (transparency != Transparency.Drop && !_alpha.IsEmpty)
        {
            Span<byte> features = stackalloc byte[10];
            features.Clear();
            features[0] = HasAlpha;
            WriteSide(features[4..], _frame.Width);
            WriteSide(features[7..], _frame.Height);
            file.Write("VP8X\x0A\0\0\0"u8);
            file.Write(features);
            WriteChunk(file, _alpha.Span);
        }

        WriteChunk(file, _bitstream.Span);
        var bytes = file.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        return bytes;
    }

    private static void WriteSide(Span<byte> target, int side) =>
        (target[0], target[1], target[2]) = ((byte)(side - 1), (byte)((side - 1) >> 8), (byte)((side - 1) >> 16));

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> chunk)
    {
        file.Write(chunk);
        if ((chunk.Length & 1) == 1)
            file.WriteByte(0);
    }
}

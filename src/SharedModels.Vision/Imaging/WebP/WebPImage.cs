using System.Buffers.Binary;
using SharedModels.Vision.Imaging.Skia;

namespace SharedModels.Vision.Imaging.WebP;

/// <summary>A WebP, decoded by Skia once its chunks have been walked in managed code.</summary>
/// <remarks>
/// As transparency is dropped, Skia gets the bare bitstream of the image or of the first frame, without its alpha chunk, as a file of its
/// own. Where a frame does not cover its canvas the image is black, as with transparent black and the alpha dropped.
/// </remarks>
internal sealed class WebPImage : EncodedImage
{
    private const int FileHeaderLength = 12;

    private readonly ReadOnlyMemory<byte> _bitstream;
    private readonly (int Left, int Top, int Width, int Height) _frame;

    private WebPImage(in WebPContainer container, ReadOnlyMemory<byte> encoded)
        : base(ImageFormat.WebP, container.Width, container.Height, container.Orientation)
    {
        _bitstream = encoded[container.Bitstream];
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

    public override byte[] ReadPixels()
    {
        // Packed in place, as in PngImage.
        var samples = GC.AllocateUninitializedArray<byte>(Width * Height * SkiaCodec.BytesPerPixel);
        if (_frame.Width < Width || _frame.Height < Height)
            samples.AsSpan().Clear();
        var stride = Width * SkiaCodec.BytesPerPixel;
        using (var codec = new SkiaCodec(BareFile(), ImageFormat.WebP, _frame.Width, _frame.Height))
            codec.ReadAll(samples.AsSpan(_frame.Top * stride + _frame.Left * SkiaCodec.BytesPerPixel), stride);
        RgbPacking.Pack(samples, samples);
        return samples;
    }

    private byte[] BareFile()
    {
        var file = new byte[FileHeaderLength + _bitstream.Length + (_bitstream.Length & 1)];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WEBP"u8.CopyTo(file.AsSpan(8));
        _bitstream.Span.CopyTo(file.AsSpan(FileHeaderLength));
        return file;
    }
}

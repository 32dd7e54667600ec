using SharedModels.Vision.Imaging.Skia;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>A PNG image (ISO/IEC 15948). Skia decodes it after its chunks have been checked in managed code.</summary>
internal sealed class PngImage : EncodedImage
{
    // Deflate's longest match of 258 bytes takes at least two bits.
    private const int LargestCompression = 1032;

    private readonly ReadOnlyMemory<byte> _encoded;

    private PngImage(in PngChunks chunks, ReadOnlyMemory<byte> encoded)
        : base(ImageFormat.Png, chunks.Header.Width, chunks.Header.Height, chunks.Orientation) => _encoded = encoded;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngChunks.Signature[..4]);

    public static PngImage Open(ReadOnlyMemory<byte> encoded, SizeLimit limit)
    {
        var chunks = new PngChunks(encoded.Span, limit);
        chunks.Walk();
        if (chunks.DataLength * LargestCompression < PngPass.RawBytes(chunks.Header))
            throw ImageFormatException.Corrupt("The PNG is damaged: it contains fewer rows than its header states.");
        return new PngImage(chunks, encoded);
    }

    public override byte[] ReadPixels(Transparency transparency)
    {
        using var codec = new SkiaCodec(_encoded, ImageFormat.Png, Width, Height);
        return codec.ReadAll(Width, Height, 0, 0, transparency);
    }
}

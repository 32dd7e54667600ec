namespace SharedModels.Vision.Imaging.WebP;

/// <summary>A WebP, decoded by libwebp once its chunks have been walked in managed code.</summary>
/// <remarks>
/// As transparency is dropped, libwebp gets the bare bitstream of the picture or of the first frame, without its alpha chunk, and needs no
/// help of libwebpdemux. What a frame does not cover of its canvas is black, as with transparent black and the alpha dropped.
/// </remarks>
internal sealed unsafe class WebPImage : EncodedImage
{
    private readonly ReadOnlyMemory<byte> _bitstream;
    private readonly (int Left, int Top, int Width, int Height) _picture;

    private WebPImage(in WebPContainer container, ReadOnlyMemory<byte> encoded)
        : base(ImageFormat.WebP, container.Width, container.Height, container.Orientation)
    {
        _bitstream = encoded[container.Bitstream];
        _picture = (container.Left, container.Top, container.PictureWidth, container.PictureHeight);
    }

    public static bool Begins(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("RIFF"u8) && (bytes.Length < 12 || bytes[8..12].SequenceEqual("WEBP"u8));

    public static WebPImage Open(ReadOnlyMemory<byte> encoded, SizeLimit limit)
    {
        var container = new WebPContainer(encoded.Span, limit);
        container.Walk();
        return new WebPImage(container, encoded);
    }

    public override void ReadPixels(Span<byte> rgb)
    {
        LibWebP.Dependency.EnsureLoaded();
        if (_picture.Width < Width || _picture.Height < Height)
            rgb.Clear();
        var stride = Width * 3;
        var destination = rgb.Slice(_picture.Top * stride + _picture.Left * 3, (_picture.Height - 1) * stride + _picture.Width * 3);
        fixed (byte* source = _bitstream.Span, target = destination)
        {
            var length = (nuint)_bitstream.Length;
            var status = LibWebP.GetFeatures(source, length, out var features, LibWebP.AbiVersion);
            if (status == LibWebP.StatusNotEnoughData)
                throw ImageFormatException.Truncated("The WebP ends before its picture is complete.");
            if (status != 0 || features.Width != _picture.Width || features.Height != _picture.Height)
                throw ImageFormatException.Corrupt($"The WebP is damaged (libwebp status {status}).");
            if (LibWebP.DecodeRgb(source, length, target, (nuint)destination.Length, stride) is null)
                throw ImageFormatException.Corrupt("The WebP is damaged: libwebp could not decode its picture.");
        }
    }
}

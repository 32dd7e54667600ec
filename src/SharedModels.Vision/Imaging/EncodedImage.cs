namespace SharedModels.Vision.Imaging;

/// <summary>A picture whose container has been read, and whose pixels have not.</summary>
internal abstract class EncodedImage(ImageFormat format, int width, int height, ExifOrientation orientation)
{
    /// <summary>Pixels in a row as stored, before the orientation is applied.</summary>
    public int Width { get; } = width;

    public int Height { get; } = height;

    public ExifOrientation Orientation { get; } = orientation;

    public ImageInfo Info => Orientation.SwapsSides ? new ImageInfo(format, Height, Width) : new ImageInfo(format, Width, Height);

    /// <summary>Fills all of <paramref name="rgb"/>, which has width × height × 3 bytes, or throws.</summary>
    public abstract void ReadPixels(Span<byte> rgb);
}

namespace SharedModels.Vision.Imaging;

/// <summary>An image whose container has been read but whose pixels have not been decoded.</summary>
internal abstract class EncodedImage(ImageFormat format, int width, int height, ExifOrientation orientation)
{
    /// <summary>The number of pixels in a stored row, before the orientation is applied.</summary>
    public int Width { get; } = width;

    public int Height { get; } = height;

    public ExifOrientation Orientation { get; } = orientation;

    public ImageInfo Info => Orientation.SwapsSides ? new ImageInfo(format, Height, Width) : new ImageInfo(format, Width, Height);

    /// <summary>Decodes the pixels as stored.</summary>
    /// <param name="transparency">The handling of transparent pixels.</param>
    /// <returns>Width × height × 3 bytes of RGB. The array can be longer, in which case the remaining bytes have no meaning.</returns>
    /// <exception cref="DllNotFoundException">Skia's native library is missing.</exception>
    /// <exception cref="ImageFormatException">The data is damaged.</exception>
    public abstract byte[] ReadPixels(Transparency transparency);
}

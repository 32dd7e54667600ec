namespace SharedModels.Vision.Imaging;

/// <summary>An image whose container has been read and whose pixels have not.</summary>
internal abstract class EncodedImage(ImageFormat format, int width, int height, ExifOrientation orientation)
{
    /// <summary>Pixels in a row as stored, before the orientation is applied.</summary>
    public int Width { get; } = width;

    public int Height { get; } = height;

    public ExifOrientation Orientation { get; } = orientation;

    public ImageInfo Info => Orientation.SwapsSides ? new ImageInfo(format, Height, Width) : new ImageInfo(format, Width, Height);

    /// <summary>Decodes the pixels as stored.</summary>
    /// <param name="transparency">What becomes of the transparency of the image.</param>
    /// <returns>Width × height × 3 bytes of RGB, which more bytes without meaning may follow.</returns>
    /// <exception cref="DllNotFoundException">Skia's native library is missing.</exception>
    /// <exception cref="ImageFormatException">The data is damaged.</exception>
    public abstract byte[] ReadPixels(Transparency transparency);
}

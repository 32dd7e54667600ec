namespace SharedModels.Vision.Imaging;

/// <summary>The limits of an <see cref="ImageDecoder"/>.</summary>
public sealed class ImageDecoderOptions
{
    // One array holds four bytes per pixel.
    internal const long LargestMaxPixels = 0x7FFFFFC7 / 4;

    /// <summary>The maximum number of pixels (width × height) of an image. The header is checked before any memory is allocated.</summary>
    /// <value>The default is 50,000,000. The minimum is 1 and the maximum is 536,870,897.</value>
    public long MaxPixels { get; set; } = 50_000_000;

    /// <summary>
    /// The maximum number of pixels along one side. Models pad images to squares, so a long row costs as much as the square with that
    /// side.
    /// </summary>
    /// <value>The default is 16,384, the maximum of WebP and of OWLv2. The minimum is 1.</value>
    public int MaxSide { get; set; } = 16_384;

    internal bool IsValid => MaxPixels is >= 1 and <= LargestMaxPixels && MaxSide >= 1;

    internal string Complaint =>
        $"MaxPixels (now {MaxPixels}) must be from 1 to {LargestMaxPixels}, and MaxSide (now {MaxSide}) must be at least 1.";
}

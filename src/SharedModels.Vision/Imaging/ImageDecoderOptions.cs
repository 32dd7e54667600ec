namespace SharedModels.Vision.Imaging;

/// <summary>How large a picture an <see cref="ImageDecoder"/> accepts.</summary>
public sealed class ImageDecoderOptions
{
    // Three bytes a pixel, in one array.
    internal const long LargestMaxPixels = 0x7FFFFFC7 / 3;

    /// <summary>The most pixels (width × height) of a picture, read from its header before any memory is taken for it.</summary>
    /// <value>The default is 50,000,000; at least 1 and at most 715,827,863.</value>
    public long MaxPixels { get; set; } = 50_000_000;

    /// <summary>The most pixels along one side: models make pictures square, so that a long row costs as much as its square.</summary>
    /// <value>The default is 16,384, which is what WebP can have and what OWLv2 takes; at least 1.</value>
    public int MaxSide { get; set; } = 16_384;

    internal bool IsValid => MaxPixels is >= 1 and <= LargestMaxPixels && MaxSide >= 1;

    internal string Complaint =>
        $"MaxPixels (now {MaxPixels}) must be 1 to {LargestMaxPixels}, and MaxSide (now {MaxSide}) at least 1.";
}

namespace SharedModels.Vision.Imaging;

/// <summary>The maximum size of an image that is decoded.</summary>
internal readonly record struct SizeLimit(long MaxPixels, int MaxSide)
{
    public static SizeLimit None => new(long.MaxValue, int.MaxValue);

    public void Check(long width, long height)
    {
        if (width * height > MaxPixels)
        {
            throw ImageFormatException.TooLarge(
                $"The image is {width} x {height} pixels ({width * height / 1e6:0.#} megapixels). "
                + $"The maximum is {MaxPixels / 1e6:0.###} megapixels (ImageDecoderOptions.MaxPixels).");
        }

        if (Math.Max(width, height) > MaxSide)
        {
            throw ImageFormatException.TooLarge(
                $"The image is {width} x {height} pixels. The maximum of a side is {MaxSide} (ImageDecoderOptions.MaxSide).");
        }
    }
}

namespace SharedModels.Vision.Imaging;

/// <summary>The encoding of an image.</summary>
public enum ImageFormat
{
    /// <summary>Baseline or progressive JPEG: gray, color or CMYK.</summary>
    Jpeg,

    /// <summary>PNG of any color type and bit depth, interlaced or not.</summary>
    Png,

    /// <summary>WebP: lossy or lossless, still or animated.</summary>
    WebP,
}

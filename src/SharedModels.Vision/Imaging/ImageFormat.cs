namespace SharedModels.Vision.Imaging;

/// <summary>The encoding of an image.</summary>
public enum ImageFormat
{
    /// <summary>JPEG, baseline or progressive, grey, colour or CMYK.</summary>
    Jpeg,

    /// <summary>PNG of any colour type and depth, interlaced or not.</summary>
    Png,

    /// <summary>WebP, lossy or lossless, still or animated.</summary>
    WebP,
}

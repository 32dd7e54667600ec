namespace SharedModels.Vision.Imaging;

/// <summary>The reason why bytes could not be decoded as an image.</summary>
public enum ImageFormatErrorReason
{
    /// <summary>The bytes are not an image, or the kind of image is not supported.</summary>
    Unsupported,

    /// <summary>The image violates the rules of its format.</summary>
    Corrupt,

    /// <summary>The image ends before it is complete.</summary>
    Truncated,

    /// <summary>The image is larger than the limit of the decoder. No memory was allocated for it.</summary>
    TooLarge,
}

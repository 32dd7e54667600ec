namespace SharedModels.Vision.Imaging;

/// <summary>Why bytes could not be decoded as a picture.</summary>
public enum ImageFormatErrorReason
{
    /// <summary>The bytes are no picture, or one of a kind that is not decoded.</summary>
    Unsupported,

    /// <summary>The picture contradicts its format's rules.</summary>
    Corrupt,

    /// <summary>The picture ends before it is complete.</summary>
    Truncated,

    /// <summary>The picture is larger than the decoder's limit; nothing was allocated for it.</summary>
    TooLarge,
}

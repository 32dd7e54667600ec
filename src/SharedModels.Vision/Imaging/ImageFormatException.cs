namespace SharedModels.Vision.Imaging;

/// <summary>
/// The exception that is thrown when bytes cannot be decoded as an image. The message is suitable for the sender of the image.
/// </summary>
public sealed class ImageFormatException : FormatException
{
    /// <summary>Creates an exception for an unsupported image.</summary>
    public ImageFormatException()
        : this(ImageFormatErrorReason.Unsupported, "The file is not a supported image.")
    {
    }

    /// <summary>Creates an exception for an unsupported image.</summary>
    /// <param name="message">The message that describes the reason.</param>
    public ImageFormatException(string message)
        : this(ImageFormatErrorReason.Unsupported, message)
    {
    }

    /// <summary>Creates an exception for a corrupt image, with a cause.</summary>
    /// <param name="message">The message that describes the reason.</param>
    /// <param name="innerException">The exception that is the cause.</param>
    public ImageFormatException(string message, Exception innerException)
        : this(ImageFormatErrorReason.Corrupt, message, innerException)
    {
    }

    /// <summary>Creates an exception with a reason.</summary>
    /// <param name="reason">The kind of failure.</param>
    /// <param name="message">The message that describes the reason.</param>
    /// <param name="innerException">The exception that is the cause, if any.</param>
    public ImageFormatException(ImageFormatErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>The kind of failure.</summary>
    public ImageFormatErrorReason Reason { get; }

    internal static ImageFormatException Corrupt(string message) => new(ImageFormatErrorReason.Corrupt, message);

    internal static ImageFormatException Truncated(string message) => new(ImageFormatErrorReason.Truncated, message);

    internal static ImageFormatException TooLarge(string message) => new(ImageFormatErrorReason.TooLarge, message);
}

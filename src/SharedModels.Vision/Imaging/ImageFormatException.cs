namespace SharedModels.Vision.Imaging;

/// <summary>Bytes could not be decoded as an image. The message says why, in a sentence that the sender of the image can read.</summary>
public sealed class ImageFormatException : FormatException
{
    /// <summary>Reports that an image is not supported.</summary>
    public ImageFormatException()
        : this(ImageFormatErrorReason.Unsupported, "The file is not an image that can be decoded.")
    {
    }

    /// <summary>Reports that an image is not supported.</summary>
    /// <param name="message">A sentence that says why.</param>
    public ImageFormatException(string message)
        : this(ImageFormatErrorReason.Unsupported, message)
    {
    }

    /// <summary>Reports that an image is corrupt, because of another exception.</summary>
    /// <param name="message">A sentence that says why.</param>
    /// <param name="innerException">The exception that was caught.</param>
    public ImageFormatException(string message, Exception innerException)
        : this(ImageFormatErrorReason.Corrupt, message, innerException)
    {
    }

    /// <summary>Reports that an image cannot be decoded, for the given reason.</summary>
    /// <param name="reason">The kind of failure.</param>
    /// <param name="message">A sentence that says why.</param>
    /// <param name="innerException">The exception that was caught, if any.</param>
    public ImageFormatException(ImageFormatErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>The kind of failure.</summary>
    public ImageFormatErrorReason Reason { get; }

    internal static ImageFormatException Corrupt(string message) => new(ImageFormatErrorReason.Corrupt, message);

    internal static ImageFormatException Truncated(string message) => new(ImageFormatErrorReason.Truncated, message);

    internal static ImageFormatException TooLarge(string message) => new(ImageFormatErrorReason.TooLarge, message);
}

namespace SharedModels.Vision.Imaging;

/// <summary>Bytes could not be decoded as a picture; the message says why in a sentence for the one who sent them.</summary>
public sealed class ImageFormatException : FormatException
{
    /// <summary>Says that a picture is not supported.</summary>
    public ImageFormatException()
        : this(ImageFormatErrorReason.Unsupported, "The file is not a picture that can be decoded.")
    {
    }

    /// <summary>Says that a picture is not supported.</summary>
    /// <param name="message">A sentence that says why.</param>
    public ImageFormatException(string message)
        : this(ImageFormatErrorReason.Unsupported, message)
    {
    }

    /// <summary>Says that a picture is corrupt, after another exception.</summary>
    /// <param name="message">A sentence that says why.</param>
    /// <param name="innerException">What was caught.</param>
    public ImageFormatException(string message, Exception innerException)
        : this(ImageFormatErrorReason.Corrupt, message, innerException)
    {
    }

    /// <summary>Says that a picture cannot be decoded, for the given reason.</summary>
    /// <param name="reason">The kind of failure.</param>
    /// <param name="message">A sentence that says why.</param>
    /// <param name="innerException">What was caught, if anything.</param>
    public ImageFormatException(ImageFormatErrorReason reason, string message, Exception? innerException = null)
        : base(message, innerException) => Reason = reason;

    /// <summary>The kind of failure.</summary>
    public ImageFormatErrorReason Reason { get; }

    internal static ImageFormatException Corrupt(string message) => new(ImageFormatErrorReason.Corrupt, message);

    internal static ImageFormatException Truncated(string message) => new(ImageFormatErrorReason.Truncated, message);

    internal static ImageFormatException TooLarge(string message) => new(ImageFormatErrorReason.TooLarge, message);
}

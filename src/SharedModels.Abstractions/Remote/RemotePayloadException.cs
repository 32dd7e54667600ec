namespace SharedModels;

/// <summary>The exception that is thrown when the arguments or the result of a call are too large to be sent.</summary>
public sealed class RemotePayloadException : Exception
{
    /// <summary>Creates an exception with a default message.</summary>
    public RemotePayloadException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public RemotePayloadException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public RemotePayloadException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The size of the serialized arguments or of the serialized result, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>The maximum size in bytes.</summary>
    public long MaxBytes { get; init; }
}

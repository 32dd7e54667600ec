namespace SharedModels;

/// <summary>The exception that is thrown when no model is registered under the requested id or class.</summary>
public sealed class UnknownModelException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public UnknownModelException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public UnknownModelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public UnknownModelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

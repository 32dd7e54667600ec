namespace SharedModels;

/// <summary>The exception that is thrown when a request has waited longer than its timeout.</summary>
public sealed class LeaseTimeoutException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public LeaseTimeoutException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public LeaseTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public LeaseTimeoutException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

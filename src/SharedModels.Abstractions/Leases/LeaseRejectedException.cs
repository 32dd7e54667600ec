namespace SharedModels;

/// <summary>The exception that is thrown when a request is rejected because too many requests are waiting.</summary>
public sealed class LeaseRejectedException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public LeaseRejectedException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public LeaseRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public LeaseRejectedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

namespace SharedModels;

/// <summary>The exception that is thrown when a request is rejected because waiting would cause a deadlock between holders.</summary>
public sealed class LeaseDeadlockException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public LeaseDeadlockException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public LeaseDeadlockException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public LeaseDeadlockException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

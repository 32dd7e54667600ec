namespace SharedModels;

/// <summary>A request was rejected because it would wait for a holder that waits, in the end, for this one.</summary>
public sealed class LeaseDeadlockException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public LeaseDeadlockException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public LeaseDeadlockException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public LeaseDeadlockException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

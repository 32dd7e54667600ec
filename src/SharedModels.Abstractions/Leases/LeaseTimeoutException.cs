namespace SharedModels;

/// <summary>A request waited longer than it may for a model.</summary>
public sealed class LeaseTimeoutException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public LeaseTimeoutException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public LeaseTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public LeaseTimeoutException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

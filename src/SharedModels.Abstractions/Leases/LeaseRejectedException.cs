namespace SharedModels;

/// <summary>A request was rejected because too many wait already.</summary>
public sealed class LeaseRejectedException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public LeaseRejectedException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public LeaseRejectedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public LeaseRejectedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

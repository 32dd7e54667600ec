namespace SharedModels;

/// <summary>A request was rejected, or its wait ended, because the application is stopping.</summary>
public sealed class ManagerShuttingDownException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public ManagerShuttingDownException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public ManagerShuttingDownException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public ManagerShuttingDownException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

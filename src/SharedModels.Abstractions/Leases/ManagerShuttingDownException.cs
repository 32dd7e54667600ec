namespace SharedModels;

/// <summary>The exception that is thrown when a request is rejected, or stops waiting, because the application is stopping.</summary>
public sealed class ManagerShuttingDownException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public ManagerShuttingDownException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public ManagerShuttingDownException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public ManagerShuttingDownException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

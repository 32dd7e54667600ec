namespace SharedModels;

/// <summary>No model is registered under the id or class that was asked for.</summary>
public sealed class UnknownModelException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public UnknownModelException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public UnknownModelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public UnknownModelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

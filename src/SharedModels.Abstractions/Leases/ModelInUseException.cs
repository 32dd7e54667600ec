namespace SharedModels;

/// <summary>The exception that is thrown when a model cannot be evicted because it is leased or is moving to the device.</summary>
public sealed class ModelInUseException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public ModelInUseException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public ModelInUseException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public ModelInUseException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

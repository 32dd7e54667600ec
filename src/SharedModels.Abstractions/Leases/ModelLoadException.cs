namespace SharedModels;

/// <summary>The exception that is thrown when a model cannot be loaded or moved to its device. The inner exception is the cause.</summary>
public sealed class ModelLoadException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public ModelLoadException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public ModelLoadException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public ModelLoadException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

namespace SharedModels;

/// <summary>A model could not be loaded into the host's memory or moved to its device; the cause is the inner exception.</summary>
public sealed class ModelLoadException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public ModelLoadException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public ModelLoadException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public ModelLoadException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

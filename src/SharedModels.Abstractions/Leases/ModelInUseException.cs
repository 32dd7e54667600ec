namespace SharedModels;

/// <summary>A model could not be evicted because it is leased or on its way to the device.</summary>
public sealed class ModelInUseException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public ModelInUseException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public ModelInUseException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public ModelInUseException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

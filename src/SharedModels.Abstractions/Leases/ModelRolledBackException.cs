namespace SharedModels;

/// <summary>
/// The exception that is thrown when a new version of a model was rolled back, because its uses failed, or were slow,
/// more often than those of the old version.
/// </summary>
public sealed class ModelRolledBackException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public ModelRolledBackException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public ModelRolledBackException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public ModelRolledBackException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

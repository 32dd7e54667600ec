namespace SharedModels.Compute.Checkpoints;

/// <summary>
/// The exception that is thrown when a file of a checkpoint folder is missing or invalid. The message names the file, the value and the
/// remedy.
/// </summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public CheckpointException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a cause.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that is the cause.</param>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace SharedModels.Compute.Checkpoints;

/// <summary>
/// A checkpoint folder lacks a file, or one of its files is not what it should be. The message names the file, the value and the remedy.
/// </summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public CheckpointException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do about it.</param>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What is wrong, where, and what to do about it.</param>
    /// <param name="innerException">The cause.</param>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

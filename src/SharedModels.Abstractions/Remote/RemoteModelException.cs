namespace SharedModels;

/// <summary>
/// The exception that is thrown when a model throws on another node, except for the exceptions of leases and cancellation.
/// </summary>
public sealed class RemoteModelException : Exception
{
    /// <summary>Creates an exception with a default message.</summary>
    public RemoteModelException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public RemoteModelException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public RemoteModelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The id of the model.</summary>
    public string? ModelId { get; init; }

    /// <summary>The id of the node.</summary>
    public string? Node { get; init; }

    /// <summary>
    /// The full name of the exception's class on the node, or <see langword="null"/> if nodes do not send details, which is the default.
    /// </summary>
    public string? RemoteType { get; init; }

    /// <summary>
    /// The exception on the node as text, with its stack trace, or <see langword="null"/> if nodes do not send details, which is the
    /// default.
    /// </summary>
    public string? RemoteDetails { get; init; }
}

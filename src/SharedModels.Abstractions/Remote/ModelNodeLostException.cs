namespace SharedModels;

/// <summary>
/// The exception that is thrown when a node is lost while it may be serving a call. It is not known whether the call has been computed.
/// </summary>
public sealed class ModelNodeLostException : Exception
{
    /// <summary>Creates an exception with a default message.</summary>
    public ModelNodeLostException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public ModelNodeLostException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public ModelNodeLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The id of the model.</summary>
    public string? ModelId { get; init; }

    /// <summary>The id of the node.</summary>
    public string? Node { get; init; }
}

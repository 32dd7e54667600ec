namespace SharedModels;

/// <summary>The base of all exceptions by which a model could not be leased.</summary>
public class ModelLeaseException : Exception
{
    /// <summary>Creates an exception without details.</summary>
    public ModelLeaseException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public ModelLeaseException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public ModelLeaseException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The id of the model, or <see langword="null"/> if no single one is concerned.</summary>
    public string? ModelId { get; init; }

    /// <summary>The device, or <see langword="null"/> if none is concerned.</summary>
    public Device? Device { get; init; }

    /// <summary>Requests that waited for the device when this happened.</summary>
    public int QueueLength { get; init; }

    /// <summary>After how long a new request may succeed, or <see langword="null"/> if waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

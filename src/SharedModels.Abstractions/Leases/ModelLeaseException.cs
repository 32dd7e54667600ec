namespace SharedModels;

/// <summary>The base class of the exceptions that are thrown when a model cannot be leased.</summary>
public class ModelLeaseException : Exception
{
    /// <summary>Creates an exception with a default message.</summary>
    public ModelLeaseException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public ModelLeaseException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public ModelLeaseException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The id of the model, or <see langword="null"/> if the exception does not concern a single model.</summary>
    public string? ModelId { get; init; }

    /// <summary>The device, or <see langword="null"/> if the exception does not concern a device.</summary>
    public Device? Device { get; init; }

    /// <summary>The number of requests that were waiting for the device when the exception was thrown.</summary>
    public int QueueLength { get; init; }

    /// <summary>The time after which a new request may succeed, or <see langword="null"/> if waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sets all other properties.</summary>
    internal LeaseFailureSubject Subject
    {
        init => (ModelId, Device, QueueLength, RetryAfter) = value;
    }
}

namespace SharedModels;

/// <summary>A model can never fit into its device's memory budget.</summary>
public sealed class DeviceOutOfMemoryException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public DeviceOutOfMemoryException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public DeviceOutOfMemoryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public DeviceOutOfMemoryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Bytes that the model needs on the device.</summary>
    public long RequiredBytes { get; init; }

    /// <summary>Bytes that models may take on the device.</summary>
    public long BudgetBytes { get; init; }
}

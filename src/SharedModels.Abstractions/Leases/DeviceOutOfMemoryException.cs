namespace SharedModels;

/// <summary>
/// The exception that is thrown when a model can never fit into its device's memory budget, or when the device runs out of memory although
/// every idle model has been evicted.
/// </summary>
/// <remarks>
/// Models can throw it from <see cref="ISharedModel.ToAsync"/> to report that the device has too little free memory. The model must then be
/// on the host.
/// </remarks>
public sealed class DeviceOutOfMemoryException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public DeviceOutOfMemoryException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public DeviceOutOfMemoryException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public DeviceOutOfMemoryException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The number of bytes that the model needs on the device.</summary>
    public long RequiredBytes { get; init; }

    /// <summary>The number of bytes that models can take on the device.</summary>
    public long BudgetBytes { get; init; }

    /// <summary>The number of bytes of the budget that were free.</summary>
    public long FreeBytes { get; init; }

    /// <summary>The ids of the models that were in use on the device and could not be evicted.</summary>
    public IReadOnlyList<string> HeldBy { get; init; } = [];
}

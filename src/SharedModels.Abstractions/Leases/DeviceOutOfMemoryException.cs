namespace SharedModels;

/// <summary>
/// A model can never fit into its device's memory budget, or the device ran out of memory although every idle model had left it.
/// </summary>
/// <remarks>
/// Models throw it too, from <see cref="ISharedModel.ToAsync"/>, to say that
/// the device has too little memory left; they are on the host then.
/// </remarks>
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

    /// <summary>Bytes of the budget that were free.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Ids of the models that were in use on the device, and so could not leave it.</summary>
    public IReadOnlyList<string> HeldBy { get; init; } = [];
}

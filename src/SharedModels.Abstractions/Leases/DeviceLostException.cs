namespace SharedModels;

/// <summary>
/// The exception that is thrown when a device no longer responds. Its contents are lost, and it is used again after a probe succeeds.
/// </summary>
/// <remarks>Models can throw it from any member to report that their device is lost.</remarks>
public sealed class DeviceLostException : ModelLeaseException
{
    /// <summary>Creates an exception with a default message.</summary>
    public DeviceLostException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    public DeviceLostException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The message that describes the error and its remedy.</param>
    /// <param name="innerException">The exception that caused this one.</param>
    public DeviceLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

namespace SharedModels;

/// <summary>A device does not answer any more: what was on it is gone, and it serves again only once a probe finds it well.</summary>
/// <remarks>Models throw it too, from any member, to say that their device is lost.</remarks>
public sealed class DeviceLostException : ModelLeaseException
{
    /// <summary>Creates an exception without details.</summary>
    public DeviceLostException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    public DeviceLostException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What happened, with the remedy.</param>
    /// <param name="innerException">The cause.</param>
    public DeviceLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

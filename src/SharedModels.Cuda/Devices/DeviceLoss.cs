namespace SharedModels.Cuda.Devices;

/// <summary>Why a device is lost.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Remedy">What to do; <see langword="null"/> for a device that may answer again by itself.</param>
internal sealed record DeviceLoss(Exception Cause, string? Remedy)
{
    /// <summary>Whether the device can never serve this process again.</summary>
    public bool IsPermanent => Remedy is not null;
}

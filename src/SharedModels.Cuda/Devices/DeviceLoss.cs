namespace SharedModels.Cuda.Devices;

/// <summary>The loss of a device.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Remedy">The remedy, or <see langword="null"/> for a silent device, which may respond again.</param>
internal sealed record DeviceLoss(Exception Cause, string? Remedy)
{
    /// <summary><see langword="true"/> if this process can never use the device again.</summary>
    public bool IsPermanent => Remedy is not null;
}

namespace SharedModels.Cuda.Driver;

/// <summary>
/// The driver, or the reason why it cannot be used. On a machine without a driver or a GPU, both are <see langword="null"/>.
/// </summary>
internal readonly record struct CudaDriverStart(CudaDriver? Driver = null, string? Problem = null)
{
    /// <summary>Returns a description of an error and the remedy, or <see langword="null"/> if the machine has no GPU.</summary>
    /// <param name="result">The result of <c>cuInit</c> or <c>cuDeviceGetCount</c>.</param>
    /// <param name="name">The name of that error.</param>
    public static string? ProblemOf(int result, string name)
    {
        const int NoDevice = 100;
        var remedy = result switch
        {
            NoDevice => null,
            34 => "The toolkit's stub library was loaded instead of the driver's libcuda. Remove the stubs folder from the library path.",
            101 => "Check CUDA_VISIBLE_DEVICES.",
            304 => "Check the permissions of /dev/nvidia*.",
            802 => "Start nvidia-fabricmanager in the same version as the driver, and wait until it is ready.",
            803 => "The kernel module and libcuda have different versions. Restart the machine, or reinstall the driver.",
            804 => "The forward-compatibility libraries do not support this GPU. Remove them (cuda-compat), or update the driver.",
            999 => "Reload the kernel module nvidia_uvm, or restart the machine. In a container, check that /dev/nvidia-uvm exists.",
            _ => "Check the driver with nvidia-smi.",
        };
        return remedy is null ? null : FormattableString.Invariant($"The CUDA driver cannot be used ({name}, {result}). {remedy}");
    }
}

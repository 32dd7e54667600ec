using SharedModels.Vision.Compute;

namespace SharedModels.TorchSharp;

/// <summary>Settings of the devices that TorchSharp brings.</summary>
public sealed class TorchSharpOptions
{
    /// <summary>Bytes of each CUDA device that models never take, for what libtorch and its kernels need beside them.</summary>
    /// <value>The default is 536,870,912 (512 MiB).</value>
    public long ReserveBytes { get; set; } = 512L << 20;

    /// <summary>The share of the machine's memory, from 0 to 1, that may be pinned for fast transfers.</summary>
    /// <value>The default is 0.4; 0 pins none.</value>
    public double PageLockedShare { get; set; } = 0.4;

    /// <summary>
    /// Bytes by which the driver's figure of used memory may exceed the manager's before the health check reports the device as degraded.
    /// </summary>
    /// <value>The default is 1,073,741,824 (1 GiB).</value>
    public long MaxDriftBytes { get; set; } = 1L << 30;

    /// <summary>How often CUDA devices are asked whether they are lost, while nobody uses them or asks for their health.</summary>
    /// <value>The default is 5 seconds; <see cref="Timeout.InfiniteTimeSpan"/> asks never.</value>
    public TimeSpan MonitorInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The type in which OWLv2 computes on a CUDA device or on Apple's Metal device.</summary>
    /// <value>
    /// The default is <see cref="ElementType.Float32"/>; <see cref="ElementType.BFloat16"/>
    /// has the least memory and time, and is the coarsest.
    /// </value>
    public ElementType EnginePrecision { get; set; } = ElementType.Float32;
}

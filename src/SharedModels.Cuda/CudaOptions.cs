namespace SharedModels.Cuda;

/// <summary>Settings for CUDA devices.</summary>
public sealed class CudaOptions
{
    /// <summary>
    /// The bytes of each CUDA device that models never take. An engine and its kernels need them in addition to the models.
    /// </summary>
    /// <value>The default is 536,870,912 (512 MiB).</value>
    public long ReserveBytes { get; set; } = 512L << 20;

    /// <summary>The share of the machine's memory, from 0 to 1, that may be pinned for fast transfers.</summary>
    /// <value>The default is 0.4. With 0, no memory is pinned.</value>
    public double PinnedMemoryShare { get; set; } = 0.4;

    /// <summary>
    /// The number of bytes by which the driver's value for used memory can exceed the manager's before the health check reports the
    /// device as degraded.
    /// </summary>
    /// <value>The default is 1,073,741,824 (1 GiB).</value>
    public long MaxDriftBytes { get; set; } = 1L << 30;

    /// <summary>
    /// The interval at which devices are checked. A check detects lost devices and, with <c>MemoryBudget: auto</c>, measures the memory
    /// that other processes take.
    /// </summary>
    /// <value>
    /// The default is 5 seconds. With <see cref="Timeout.InfiniteTimeSpan"/>, devices are never checked, and health checks and metrics
    /// have no values.
    /// </value>
    public TimeSpan MonitorInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The maximum time to wait for a device to respond to a check. After that, the device is lost: its leases end, and requests move to
    /// other devices. If the device responds later, it is used again once a probe succeeds. The value must be greater than
    /// <see cref="MonitorInterval"/>.
    /// </summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan MaxReadingAge { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// With <c>MemoryBudget: auto</c>, the time for which other processes must leave more memory free before the budget grows. The budget
    /// shrinks immediately.
    /// </summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan BudgetGrowthDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time for which device memory that a model has left is kept for the next model before it is returned to the driver. Moving into
    /// recently used memory is faster, because the driver clears memory that it allocates.
    /// </summary>
    /// <value>The default is 1 second. With <see cref="TimeSpan.Zero"/>, memory is returned immediately.</value>
    public TimeSpan MemoryRetention { get; set; } = TimeSpan.FromSeconds(1);
}

namespace SharedModels.Cuda.Devices;

/// <summary>The use of a device by this process: the thread that calls the driver, the pending reading, and the loss.</summary>
/// <remarks>Safe for use by many threads, except for <see cref="Budget"/>.</remarks>
internal sealed class CudaDeviceConnection(Device device, CudaDeviceBaseline baseline, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private long? _readingSince;
    private Task? _probe;

    public Device Device { get; } = device;

    public CudaDeviceBaseline Baseline { get; set; } = baseline;

    public DeviceThread Thread { get; } = new($"SharedModels.Cuda {device}");

    /// <summary>The budget that follows neighbors, once it exists. Not safe for concurrent use by several threads.</summary>
    public NeighborBudget? Budget { get; set; }

    /// <summary>True once a warning has been logged that neighbors are unknown.</summary>
    public bool HasUnknownNeighbors { get; set; }

    /// <summary>The last check of the context that was not answered in time, if any. It may have been answered since.</summary>
    public Task? LateAnswer { get; set; }

    /// <summary>The loss of the device, or <see langword="null"/> if it is not known to be lost.</summary>
    public DeviceLoss? Loss { get; private set; }

    /// <summary>The time for which a reading has been pending.</summary>
    public TimeSpan Silence
    {
        get
        {
            lock (_lock)
                return _readingSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Begins a reading. Returns <see langword="false"/> if the previous one is pending or the device is permanently lost.
    /// </summary>
    public bool TryBeginReading()
    {
        lock (_lock)
        {
            if (_readingSince is not null || Loss is { IsPermanent: true })
                return false;
            _readingSince = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Ends a reading.</summary>
    /// <returns>
    /// The time that a silent device took to respond, or <see langword="null"/> if it was not lost because of its silence.
    /// </returns>
    public TimeSpan? EndReading()
    {
        lock (_lock)
        {
            var silence = time.GetElapsedTime(_readingSince!.Value);
            _readingSince = null;
            if (Loss is not { IsPermanent: false })
                return null;
            Loss = null;
            return silence;
        }
    }

    /// <summary>Marks the device as lost.</summary>
    /// <returns><see langword="false"/> if the device was already lost, unless a temporary loss becomes permanent.</returns>
    public bool TryLose(DeviceLoss loss, out bool wasWell)
    {
        lock (_lock)
        {
            wasWell = Loss is null;
            if (!wasWell && (Loss!.IsPermanent || !loss.IsPermanent))
                return false;
            Loss = loss;
            return true;
        }
    }

    /// <summary>
    /// Starts a probe, or returns the previous one if it is still running. Probes of a hanging device do not accumulate.
    /// </summary>
    public Task ProbeAsync(Func<bool> probe)
    {
        lock (_lock)
        {
            if (_probe is not { IsCompleted: false })
                _probe = Thread.RunAsync(probe);
            return _probe;
        }
    }

    public void Dispose() => Thread.Dispose();
}

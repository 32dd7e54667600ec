namespace SharedModels.Cuda.Devices;

/// <summary>A device as this process uses it: the thread that calls the driver, the pending reading, and the loss.</summary>
/// <remarks>Safe for use by many threads, except for <see cref="Budget"/>.</remarks>
internal sealed class CudaDeviceConnection(Device device, CudaDeviceBaseline baseline, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private long? _readingSince;
    private Task? _probe;

    public Device Device { get; } = device;

    public CudaDeviceBaseline Baseline { get; set; } = baseline;

    public DeviceThread Thread { get; } = new($"SharedModels.Cuda {device}");

    /// <summary>The budget that follows neighbours, once there is one. Not for use by several threads at once.</summary>
    public NeighbourBudget? Budget { get; set; }

    /// <summary>Set once a warning has said that neighbours are unknown.</summary>
    public bool HasUnknownNeighbours { get; set; }

    /// <summary>The question that the context did not answer in time, if there was one. It may have been answered since.</summary>
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

    /// <summary>Begins a reading. Fails if the previous one is still pending or the device is permanently lost.</summary>
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
    /// <returns>The time that a silent device took to answer, or <see langword="null"/> if it was not lost for its silence.</returns>
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

    /// <summary>Starts a probe, or returns the previous one if it is still running. Probes of a hanging device do not pile up.</summary>
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

namespace SharedModels.Cuda.Devices;

/// <summary>A device as this process uses it: the thread that asks it, whether it answers, and whether it is lost.</summary>
/// <remarks>Safe for use by many threads, except for <see cref="Budget"/>.</remarks>
internal sealed class CudaDeviceConnection(Device device, CudaDeviceBaseline baseline, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private long? _readingSince;
    private Task? _probe;

    public Device Device { get; } = device;

    public CudaDeviceBaseline Baseline { get; set; } = baseline;

    public DeviceThread Thread { get; } = new($"SharedModels.Cuda {device}");

    /// <summary>The budget that follows neighbours, once there is one; not for use by several threads at once.</summary>
    public NeighbourBudget? Budget { get; set; }

    /// <summary>Whether a warning says already that neighbours are unknown.</summary>
    public bool HasUnknownNeighbours { get; set; }

    /// <summary>Why the device is lost; <see langword="null"/> as far as it is well.</summary>
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

    /// <summary>Begins a reading; <see langword="false"/> if the previous one is still pending or the device is lost for good.</summary>
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
    /// <returns>The time after which a device answered that was lost because it did not; otherwise <see langword="null"/>.</returns>
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
    /// <returns>Whether this is news: the device was well, or might have come back until now.</returns>
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

    /// <summary>Starts a probe, unless the previous one is still running: a device that hangs is not asked again and again.</summary>
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

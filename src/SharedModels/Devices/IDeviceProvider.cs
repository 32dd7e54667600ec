namespace SharedModels.Devices;

/// <summary>
/// Tells which devices of its kinds the machine has, and how they are; register one in the container for each kind of accelerator.
/// </summary>
/// <remarks>Members may be called by many threads at once.</remarks>
public interface IDeviceProvider
{
    /// <summary>Raised when the provider itself finds that a device is lost; the manager also learns it from what models throw.</summary>
    event EventHandler<DeviceLostEventArgs>? DeviceLost
    {
        add { }
        remove { }
    }

    /// <summary>
    /// Raised when other processes leave models more or less memory of a device than before. Where
    /// <see cref="Configuration.DeviceOptions.MemoryBudget"/> is <c>auto</c>, the budget becomes what the event says: idle models are
    /// evicted until the others fit, and models in use stay.
    /// </summary>
    event EventHandler<DeviceMemoryEventArgs>? MemoryChanged
    {
        add { }
        remove { }
    }

    /// <summary>Lists the devices; called once, when the manager is constructed.</summary>
    /// <returns>The devices; none if the machine has none or their driver is missing.</returns>
    IReadOnlyList<DeviceInfo> GetDevices();

    /// <summary>Says what an exception, thrown by a model or by code that used it, means for the device that it was on.</summary>
    /// <param name="device">One of the provider's devices.</param>
    /// <param name="exception">The exception.</param>
    /// <returns>
    /// Unless overridden, <see cref="DeviceLostException"/> means <see cref="DeviceFailure.Lost"/>,
    /// <see cref="DeviceOutOfMemoryException"/> means <see cref="DeviceFailure.OutOfMemory"/>, and others nothing.
    /// </returns>
    DeviceFailure Classify(Device device, Exception exception) => exception switch
    {
        DeviceLostException => DeviceFailure.Lost,
        DeviceOutOfMemoryException => DeviceFailure.OutOfMemory,
        _ => DeviceFailure.None,
    };

    /// <summary>Asks a lost device whether it works again; called after 1 s, 2 s, 4 s … 5 min until it does.</summary>
    /// <param name="device">One of the provider's devices.</param>
    /// <param name="cancellationToken">
    /// Fires when the application stops, or the probe takes longer than <c>SharedModels:Leasing:LoadTimeout</c>.
    /// </param>
    /// <returns>A task that fails if the device is still lost; unless overridden, it never is.</returns>
    ValueTask ProbeAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

namespace SharedModels.Devices;

/// <summary>
/// Lists the devices of one or more kinds and reports their state. Register one in the container for each kind of accelerator.
/// </summary>
/// <remarks>Members can be called concurrently from several threads.</remarks>
public interface IDeviceProvider
{
    /// <summary>
    /// Raised when the provider itself detects that a device is lost. The manager also detects a loss from the exceptions of models.
    /// </summary>
    event EventHandler<DeviceLostEventArgs>? DeviceLost
    {
        add { }
        remove { }
    }

    /// <summary>
    /// Raised when other processes leave more or less memory of a device to models than before. If
    /// <see cref="Configuration.DeviceOptions.MemoryBudget"/> is <c>auto</c>, the budget is set to the reported value. Idle models are
    /// evicted until the other models fit. Models in use stay.
    /// </summary>
    event EventHandler<DeviceMemoryEventArgs>? MemoryChanged
    {
        add { }
        remove { }
    }

    /// <summary>Lists the devices. Called once, when the manager is constructed.</summary>
    /// <returns>The devices. The list is empty if the machine has none or their driver is missing.</returns>
    IReadOnlyList<DeviceInfo> GetDevices();

    /// <summary>Classifies an exception, thrown by a model or by code that used it, by its effect on the device.</summary>
    /// <param name="device">One of the provider's devices.</param>
    /// <param name="exception">The exception.</param>
    /// <returns>
    /// Unless overridden, <see cref="DeviceFailure.Lost"/> for a <see cref="DeviceLostException"/>, <see cref="DeviceFailure.OutOfMemory"/>
    /// for a <see cref="DeviceOutOfMemoryException"/>, and <see cref="DeviceFailure.None"/> for other exceptions.
    /// </returns>
    DeviceFailure Classify(Device device, Exception exception) => exception switch
    {
        DeviceLostException => DeviceFailure.Lost,
        DeviceOutOfMemoryException => DeviceFailure.OutOfMemory,
        _ => DeviceFailure.None,
    };

    /// <summary>
    /// Checks whether a lost device works again. Called after 1 s, 2 s, 4 s … 5 min until it does.
    /// </summary>
    /// <param name="device">One of the provider's devices.</param>
    /// <param name="cancellationToken">
    /// A token that is canceled when the application stops or the probe takes longer than <c>SharedModels:Leasing:LoadTimeout</c>.
    /// </param>
    /// <returns>A task that fails if the device is still lost. Unless overridden, the task always succeeds.</returns>
    ValueTask ProbeAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

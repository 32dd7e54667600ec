namespace SharedModels;

/// <summary>A machine-learning model that the manager loads, moves between devices, and leases to callers.</summary>
/// <remarks>
/// The manager never calls two members at the same time and never calls a member while a lease is in use. Implementations do not need locks
/// for these members. If the class implements <see cref="IDisposable"/> or <see cref="IAsyncDisposable"/>, the manager disposes the model
/// when it unloads it.
/// </remarks>
public interface ISharedModel
{
    /// <summary>
    /// The memory that the model takes. The values are exact after <see cref="LoadAsync"/> has completed. Before that, they are an estimate
    /// or zero.
    /// </summary>
    ModelFootprint Footprint { get; }

    /// <summary>
    /// Gets a value that indicates whether using the model changes its parameters, so that changes are lost with the device's copy unless
    /// it is copied back.
    /// </summary>
    /// <remarks>
    /// The manager loads a mutable model again when its device is lost, and counts the move back to the host as a transfer.
    /// </remarks>
    /// <value>
    /// <see langword="false"/> unless overridden: the device's copy is dropped, and moving back to the host should not copy anything.
    /// </value>
    bool IsMutable => false;

    /// <summary>Loads the model into host memory. Called before any other method, and again after a failed load.</summary>
    /// <param name="cancellationToken">A token that is canceled when the load exceeds its time limit or the application stops.</param>
    ValueTask LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Moves the model to a device, or back to the host with <see cref="Device.Cpu"/>. Does nothing if the model is already there.
    /// </summary>
    /// <remarks>
    /// A model that throws <see cref="DeviceOutOfMemoryException"/> or <see cref="DeviceLostException"/> must still be on the host. The
    /// manager moves it again later. After any other exception, the manager disposes a model that it has constructed, and constructs and
    /// loads it again.
    /// </remarks>
    /// <param name="device">The device to move to.</param>
    /// <param name="cancellationToken">A token that is canceled when the move exceeds its time limit or the application stops.</param>
    ValueTask ToAsync(Device device, CancellationToken cancellationToken);
}

namespace SharedModels;

/// <summary>A machine-learning model that the manager loads, moves between devices, and hands out through leases.</summary>
/// <remarks>
/// The manager never calls two members at once, nor one while a lease is in use: an implementation needs no locks for them.
/// If the class is <see cref="IDisposable"/> or <see cref="IAsyncDisposable"/>, the manager disposes it when it unloads the model.
/// </remarks>
public interface ISharedModel
{
    /// <summary>The memory that the model takes, exact once <see cref="LoadAsync"/> has ended; before, an estimate or zeros.</summary>
    ModelFootprint Footprint { get; }

    /// <summary>
    /// <see langword="true"/> if use changes the parameters, so that they are lost with the device's copy unless that is copied back.
    /// </summary>
    /// <remarks>
    /// The manager loads a mutable model again when its device is lost, and counts its move back to the host as a transfer.
    /// </remarks>
    /// <value>
    /// Unless overridden <see langword="false"/>: the device's copy is dropped, and moving back to the host should copy nothing.
    /// </value>
    bool IsMutable => false;

    /// <summary>Brings the model into the host's memory; called before anything else, and again if it failed.</summary>
    /// <param name="cancellationToken">Fires when the load takes longer than it may, or the application stops.</param>
    ValueTask LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Moves the model to a device, or back to the host with <see cref="Device.Cpu"/>; moving to where it is does nothing.
    /// </summary>
    /// <remarks>
    /// A model that throws <see cref="DeviceOutOfMemoryException"/> or <see cref="DeviceLostException"/> is on the host as before, and is
    /// moved again later. After any other exception the manager disposes a model that it has constructed,
    /// and constructs and loads it again.
    /// </remarks>
    /// <param name="device">Where the model shall be.</param>
    /// <param name="cancellationToken">Fires when the move takes longer than it may, or the application stops.</param>
    ValueTask ToAsync(Device device, CancellationToken cancellationToken);
}

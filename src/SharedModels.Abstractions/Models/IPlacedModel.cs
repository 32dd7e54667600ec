namespace SharedModels;

/// <summary>A model that is made for its device and cannot move, such as a session of ONNX Runtime.</summary>
/// <remarks>
/// <para>
/// The manager calls <see cref="PlaceAsync"/> and <see cref="RemoveAsync"/> instead of <see cref="ISharedModel.ToAsync"/>, and
/// <see cref="FootprintOn"/> instead of <see cref="ISharedModel.Footprint"/>. On the CPU, the model is placed when it is loaded. On an
/// accelerator, it is placed when the device has room, and removed when it is evicted. The bytes that it took on the host stay reserved
/// for its return, until other models need them. To use it on another device than before, the manager disposes it, and constructs and
/// loads it again.
/// </para>
/// <para>
/// The model needs <see cref="ISharedModel.LoadAsync"/> only for what it keeps on the host on every device, such as a vocabulary. The
/// default does nothing. As for any <see cref="ISharedModel"/>, the manager never calls two members at the same time and never calls a
/// member while a lease is in use.
/// </para>
/// <para>Register placed models with a factory. A single object cannot be shared, because it could not be loaded again.</para>
/// </remarks>
public interface IPlacedModel : ISharedModel
{
    /// <inheritdoc/>
    ModelFootprint ISharedModel.Footprint => FootprintOn(Device.Cpu);

    /// <summary>
    /// Returns the memory that the model takes on a device. The values are an estimate until <see cref="PlaceAsync"/> has completed, and
    /// are read again then.
    /// </summary>
    /// <param name="device">The device that the model is placed on, or will be.</param>
    /// <returns>
    /// The memory of the model on this device. On the CPU, <see cref="ModelFootprint.HostBytes"/> is all of it. On an accelerator, it is
    /// only the part on the host.
    /// </returns>
    ModelFootprint FootprintOn(Device device);

    /// <summary>Makes the model for a device. Called after <see cref="ISharedModel.LoadAsync"/>, while the model is not placed.</summary>
    /// <remarks>
    /// A model that throws <see cref="DeviceOutOfMemoryException"/> or <see cref="DeviceLostException"/> must not be placed. The manager
    /// tries again later. After any other exception, the manager removes and disposes the model, and constructs and loads it again.
    /// </remarks>
    /// <param name="device">The device, which can be the CPU.</param>
    /// <param name="cancellationToken">A token that is canceled when placing exceeds its time limit or the application stops.</param>
    ValueTask PlaceAsync(Device device, CancellationToken cancellationToken);

    /// <summary>
    /// Frees everything that <see cref="PlaceAsync"/> has made. Called when the model is evicted and before it is disposed, also after
    /// <see cref="PlaceAsync"/> has failed. Does nothing if the model is not placed.
    /// </summary>
    ValueTask RemoveAsync();

    /// <inheritdoc/>
    ValueTask ISharedModel.LoadAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    ValueTask ISharedModel.ToAsync(Device device, CancellationToken cancellationToken) =>
        device.IsCpu ? RemoveAsync() : PlaceAsync(device, cancellationToken);
}

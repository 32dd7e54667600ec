namespace SharedModels;

/// <summary>The right to use a model on its device until the lease is disposed.</summary>
/// <remarks>
/// <para>A lease that is injected is not acquired yet: <see cref="AcquireAsync(CancellationToken)"/> waits for the model and its device.
/// All leases of one dependency-injection scope belong to one holder, and never wait for each other to give the device free.</para>
/// <para>Disposing releases: it may be done twice, by any thread, and after the manager has stopped, and it never throws. The scope does it
/// for injected leases. All members are safe for use by many threads.</para>
/// </remarks>
public interface IModelLease : IDisposable, IAsyncDisposable
{
    /// <summary>The id of the model.</summary>
    string ModelId { get; }

    /// <summary>The current state of the lease.</summary>
    LeaseState State { get; }

    /// <summary>The device that the model is on.</summary>
    /// <exception cref="InvalidOperationException">The lease is not held.</exception>
    Device Device { get; }

    /// <summary>
    /// The position in the queue of the device, from 1; <see langword="null"/> while the lease does not wait. Requests of higher priority,
    /// and those for models that are on the device, may still go first.
    /// </summary>
    int? QueuePosition { get; }

    /// <summary>The model.</summary>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held; await <see cref="AcquireAsync(CancellationToken)"/> first.
    /// </exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held.</exception>
    object Model { get; }

    /// <summary>
    /// Fires when the lease is taken away: its device is lost, it was held longer than <c>SharedModels:Leasing:MaxHold</c>, or the manager
    /// stopped without waiting for it any longer. Others get the model when the lease is disposed.
    /// </summary>
    CancellationToken Lost { get; }

    /// <summary>Acquires the lease if that is possible without waiting. Nothing is loaded or moved.</summary>
    /// <returns><see langword="true"/> if the lease is held.</returns>
    /// <exception cref="ObjectDisposedException">The lease was released and cannot be acquired again.</exception>
    /// <exception cref="InvalidOperationException">The lease was held too long, or the application stopped; dispose it.</exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held; dispose it.</exception>
    bool TryAcquire();

    /// <summary>Waits until the model is on its device and free; returns at once if the lease is held already.</summary>
    /// <remarks>
    /// Await the returned task once, as it is used again; <see cref="ValueTask.AsTask"/> gives one that can be awaited often.
    /// </remarks>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired first.</exception>
    /// <exception cref="LeaseTimeoutException">
    /// The wait took longer than <c>SharedModels:Leasing:AcquireTimeout</c>, or than its own timeout.
    /// </exception>
    /// <exception cref="LeaseRejectedException">Too many requests wait already, or the request's own timeout cannot be met.</exception>
    /// <exception cref="ModelLoadException">The model could not be loaded or moved.</exception>
    /// <exception cref="DeviceOutOfMemoryException">
    /// The model can never fit into the device's budget, or the device ran out of memory.
    /// </exception>
    /// <exception cref="DeviceLostException">
    /// The model's device is lost and no other one serves it, or it was lost while the lease was held.
    /// </exception>
    /// <exception cref="LeaseDeadlockException">The wait would close a cycle of holders, each waiting for the next.</exception>
    /// <exception cref="UnknownModelException">The model was removed.</exception>
    /// <exception cref="ModelLeaseException">No device of this machine can serve the model.</exception>
    /// <exception cref="ManagerShuttingDownException">The application is stopping.</exception>
    /// <exception cref="InvalidOperationException">The lease was held too long and is lost; dispose it.</exception>
    /// <exception cref="ObjectDisposedException">The lease was released, and its scope has ended or it was fetched without one.</exception>
    ValueTask AcquireAsync(CancellationToken cancellationToken = default);

    /// <summary>As <see cref="AcquireAsync(CancellationToken)"/>, with a priority or timeout of its own.</summary>
    /// <param name="options">How to wait.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <inheritdoc cref="AcquireAsync(CancellationToken)" path="/exception"/>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The timeout is not above zero, or the priority is none of those that there are.
    /// </exception>
    ValueTask AcquireAsync(AcquireOptions options, CancellationToken cancellationToken = default);
}

namespace SharedModels;

/// <summary>The right to use a model on its device until the lease is disposed.</summary>
/// <remarks>
/// <para>
/// An injected lease is not acquired yet. <see cref="AcquireAsync(CancellationToken)"/> waits for the model and its device. All leases of
/// one dependency injection scope belong to one holder and never wait for each other.
/// </para>
/// <para>
/// Disposing a lease releases it. Disposing is allowed more than once, from any thread, and after the manager has stopped. It never throws.
/// The scope disposes injected leases. All members are thread-safe.
/// </para>
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
    /// The position in the queue of the device, from 1, or <see langword="null"/> while the lease is not waiting. Requests with a higher
    /// priority and requests for models that are on the device can still be served first.
    /// </summary>
    int? QueuePosition { get; }

    /// <summary>The model.</summary>
    /// <exception cref="InvalidOperationException">
    /// The lease is not held. Await <see cref="AcquireAsync(CancellationToken)"/> first.
    /// </exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held.</exception>
    object Model { get; }

    /// <summary>
    /// A token that is canceled when the lease is lost: its device was lost, it was held longer than <c>SharedModels:Leasing:MaxHold</c>,
    /// or the manager stopped without waiting for it any longer. The model becomes available to others when the lease is disposed.
    /// </summary>
    CancellationToken Lost { get; }

    /// <summary>Acquires the lease if that is possible without waiting. Does not load or move anything.</summary>
    /// <returns><see langword="true"/> if the lease is held.</returns>
    /// <exception cref="ObjectDisposedException">The lease has been released and cannot be acquired again.</exception>
    /// <exception cref="InvalidOperationException">The lease was held too long, or the application stopped. Dispose the lease.</exception>
    /// <exception cref="DeviceLostException">The device was lost while the lease was held. Dispose the lease.</exception>
    bool TryAcquire();

    /// <summary>Waits until the model is on its device and available. Returns immediately if the lease is already held.</summary>
    /// <remarks>
    /// Await the returned task only once. Use <see cref="ValueTask.AsTask"/> to get a task that can be awaited several times.
    /// </remarks>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <exception cref="LeaseTimeoutException">
    /// The wait took longer than <c>SharedModels:Leasing:AcquireTimeout</c> or the request's own timeout.
    /// </exception>
    /// <exception cref="LeaseRejectedException">Too many requests are waiting, or the request's own timeout cannot be met.</exception>
    /// <exception cref="ModelLoadException">The model could not be loaded or moved.</exception>
    /// <exception cref="DeviceOutOfMemoryException">
    /// The model can never fit into the device's budget, or the device ran out of memory.
    /// </exception>
    /// <exception cref="DeviceLostException">
    /// The model's device is lost and no other device can serve the model, or the device was lost while the lease was held.
    /// </exception>
    /// <exception cref="LeaseDeadlockException">Waiting would close a cycle of holders, each waiting for the next.</exception>
    /// <exception cref="UnknownModelException">The model was removed.</exception>
    /// <exception cref="ModelLeaseException">No device of this machine can serve the model.</exception>
    /// <exception cref="ManagerShuttingDownException">The application is stopping.</exception>
    /// <exception cref="InvalidOperationException">The lease was held too long and is lost. Dispose the lease.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The lease has been released, and either its scope has ended or it was fetched without a scope.
    /// </exception>
    ValueTask AcquireAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until the model is on its device and available, with a priority and a timeout for this request. Returns immediately if the
    /// lease is already held.
    /// </summary>
    /// <param name="options">The priority and the timeout of the request.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <inheritdoc cref="AcquireAsync(CancellationToken)" path="/exception"/>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The timeout is not positive, or the priority is not a defined value.
    /// </exception>
    ValueTask AcquireAsync(AcquireOptions options, CancellationToken cancellationToken = default);
}

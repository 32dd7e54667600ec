namespace SharedModels;

/// <summary>
/// A holder of leases. Leases of one scope never wait for each other. Each dependency injection scope is a lease scope.
/// </summary>
/// <remarks>
/// Disposing the scope releases the leases that it created (see <see cref="IModelLease"/>). The container releases injected leases. All
/// members are thread-safe.
/// </remarks>
public interface IModelLeaseScope : IDisposable, IAsyncDisposable
{
    /// <summary>Creates a lease that is not acquired yet.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="id">The model's id, or <see langword="null"/> for the first model of the class.</param>
    /// <exception cref="UnknownModelException">No such model is registered, or it has a different class.</exception>
    /// <exception cref="ObjectDisposedException">The scope has been disposed.</exception>
    IModelLease<T> CreateLease<T>(string? id = null)
        where T : class;

    /// <summary>
    /// Acquires all leases of the scope that have not been acquired yet, including injected leases, together or not at all. Leases that
    /// have been released or lost are skipped.
    /// </summary>
    /// <param name="options">The priority and the timeout of the request, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <exception cref="ObjectDisposedException">The scope has been disposed.</exception>
    /// <inheritdoc cref="ISharedModelManager.AcquireAllAsync(IEnumerable{IModelLease}, AcquireOptions, CancellationToken)"
    /// path="/exception"/>
    ValueTask AcquireAllAsync(AcquireOptions? options = null, CancellationToken cancellationToken = default);
}

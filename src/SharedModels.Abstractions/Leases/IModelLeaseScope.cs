namespace SharedModels;

/// <summary>
/// A holder of leases: leases of one scope never wait for each other to give the device free. A dependency-injection scope is one.
/// </summary>
/// <remarks>
/// Disposing releases the leases that the scope has created, as <see cref="IModelLease"/> says; those that were injected are released by
/// the container. All members are safe for use by many threads.
/// </remarks>
public interface IModelLeaseScope : IDisposable, IAsyncDisposable
{
    /// <summary>Creates a lease that is not acquired yet.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="id">The model's id, or <see langword="null"/> for the first model of the class.</param>
    /// <exception cref="UnknownModelException">No such model is registered, or it is of another class.</exception>
    /// <exception cref="ObjectDisposedException">The scope was disposed.</exception>
    IModelLease<T> CreateLease<T>(string? id = null)
        where T : class;

    /// <summary>
    /// Acquires all leases of the scope that were not acquired before, those that were injected into it included: all or nothing. Leases
    /// that were released or lost are left out.
    /// </summary>
    /// <param name="options">How to wait, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <exception cref="ObjectDisposedException">The scope was disposed.</exception>
    /// <inheritdoc cref="ISharedModelManager.AcquireAllAsync(IEnumerable{IModelLease}, AcquireOptions, CancellationToken)"
    /// path="/exception"/>
    ValueTask AcquireAllAsync(AcquireOptions? options = null, CancellationToken cancellationToken = default);
}

namespace SharedModels;

/// <summary>A holder of leases: leases of one scope never wait for each other to give the device free. A dependency-injection scope is one.</summary>
/// <remarks>Disposing releases all leases of the scope, as <see cref="IModelLease"/> says. All members are safe for use by many threads.</remarks>
public interface IModelLeaseScope : IDisposable, IAsyncDisposable
{
    /// <summary>Creates a lease that is not acquired yet.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="id">The model's id, or <see langword="null"/> for the first model of the class.</param>
    /// <exception cref="UnknownModelException">No such model is registered, or it is of another class.</exception>
    /// <exception cref="ObjectDisposedException">The scope was disposed.</exception>
    IModelLease<T> CreateLease<T>(string? id = null)
        where T : class;

    /// <summary>Acquires all leases of the scope that are not held yet, those that were injected into it included: all or nothing.</summary>
    /// <param name="options">How to wait, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <exception cref="ObjectDisposedException">The scope was disposed.</exception>
    /// <inheritdoc cref="ISharedModelManager.AcquireAllAsync(IEnumerable{IModelLease}, AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask AcquireAllAsync(AcquireOptions? options = null, CancellationToken cancellationToken = default);
}

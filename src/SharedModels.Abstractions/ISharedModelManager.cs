namespace SharedModels;

/// <summary>Shares devices among models: keeps them registered, loads and moves them on need, and leases them out.</summary>
/// <remarks>
/// All members are safe for use by many threads. Await a <see cref="ValueTask"/> once, as it is used again; <see cref="ValueTask.AsTask"/>
/// gives a task that can be awaited often.
/// </remarks>
public interface ISharedModelManager
{
    /// <summary>Registers a model; nothing is loaded before the first fetch.</summary>
    /// <remarks>The manager owns the instance from now on, and disposes it when it is disposed itself.</remarks>
    /// <typeparam name="T">The model's class; one that is not an <see cref="ISharedModel"/> runs on the CPU as it is.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="id">Its id, or <see langword="null"/> for the class's name.</param>
    /// <returns>The model's id; adding the same object again changes nothing but a line in the log.</returns>
    /// <exception cref="ArgumentException">The id is not valid, or another model has it.</exception>
    /// <exception cref="ObjectDisposedException">The manager is stopping; the object is not taken over.</exception>
    string Add<T>(T model, string? id = null)
        where T : class;

    /// <summary>Registers a model that is constructed when it is loaded, and again after it was unloaded.</summary>
    /// <typeparam name="T">The model's class; one that is not an <see cref="ISharedModel"/> runs on the CPU as it is.</typeparam>
    /// <param name="id">The model's id.</param>
    /// <param name="factory">Constructs the model, with services of a scope of its own that lives as long as the model is loaded.</param>
    /// <exception cref="ArgumentException">The id is not valid, or another class has it.</exception>
    /// <exception cref="ObjectDisposedException">The manager is stopping.</exception>
    void Add<T>(string id, Func<IServiceProvider, T> factory)
        where T : class;

    /// <summary>
    /// Takes a model out of the manager: waiting requests are rejected, and the model is disposed when its last lease has ended.
    /// </summary>
    /// <param name="id">The model's id, which another model can have at once.</param>
    /// <param name="cancellationToken">A token to stop waiting; the removal goes on.</param>
    /// <returns>A task that ends when the model has been disposed.</returns>
    /// <exception cref="UnknownModelException">No model is registered under that id.</exception>
    ValueTask RemoveAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Leases the model of the given class, with a priority or timeout of its own.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="options">How to wait.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <returns>A lease that is held; dispose it to release the model.</returns>
    /// <exception cref="UnknownModelException">No model of that class is registered.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(AcquireOptions options, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model of the given class, waiting for it and its device.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>A lease that is held; dispose it to give the model back.</returns>
    /// <exception cref="UnknownModelException">No model of that class is registered.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model with the given id and class, waiting for it and its device.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>A lease that is held; dispose it to give the model back.</returns>
    /// <exception cref="UnknownModelException">No model is registered under that id, or it is of another class.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model with the given id and class, with a priority or timeout of its own.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="id">The model's id.</param>
    /// <param name="options">How to wait.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>A lease that is held; dispose it to give the model back.</returns>
    /// <exception cref="UnknownModelException">No model is registered under that id, or it is of another class.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, AcquireOptions options, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model with the given id, waiting for it and its device.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <returns>A lease that is held; dispose it to give the model back.</returns>
    /// <exception cref="UnknownModelException">No model is registered under that id.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask<IModelLease> FetchModelAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Creates a holder whose leases never wait for each other, as those of a dependency-injection scope do not.</summary>
    /// <returns>The scope; dispose it to release its leases.</returns>
    IModelLeaseScope CreateScope();

    /// <summary>Acquires several leases at once, all or nothing: no model is held while the others are waited for.</summary>
    /// <param name="leases">Leases of one scope; those that are held already stay held, whatever happens.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <exception cref="ArgumentException">The leases are of several scopes, or not of this manager.</exception>
    /// <exception cref="InvalidOperationException">One of the leases is being acquired by another call.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="AcquireAllAsync(IEnumerable{IModelLease}, CancellationToken)"/>, with a priority or timeout of its own.
    /// </summary>
    /// <param name="leases">Leases of one scope; those that are held already stay held, whatever happens.</param>
    /// <param name="options">How to wait.</param>
    /// <param name="cancellationToken">Leaves the queue.</param>
    /// <exception cref="ArgumentException">The leases are of several scopes, or not of this manager.</exception>
    /// <exception cref="InvalidOperationException">One of the leases is being acquired by another call.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, AcquireOptions options, CancellationToken cancellationToken = default);

    /// <summary>Brings a model to its device without leasing it; returns at once if it is there already.</summary>
    /// <remarks>It waits for twice <c>SharedModels:Leasing:LoadTimeout</c> at most: for the load and for the move.</remarks>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">Stops waiting; a load that has begun goes on.</param>
    /// <exception cref="UnknownModelException">No model is registered under that id.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask PreloadAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Frees what an idle model holds on its device: an accelerator's memory, or on the CPU the model altogether.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">Stops waiting; an eviction that has begun goes on.</param>
    /// <exception cref="UnknownModelException">No model is registered under that id.</exception>
    /// <exception cref="ModelInUseException">The model is leased, or on its way to the device.</exception>
    /// <exception cref="ModelLeaseException">The model could not be moved off its device; the cause is the inner exception.</exception>
    ValueTask EvictAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Frees what a model holds on its device, and if wanted in the host's memory.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="options">Options for the eviction.</param>
    /// <param name="cancellationToken">A token to stop waiting; an eviction that has begun goes on.</param>
    /// <exception cref="UnknownModelException">No model is registered under that id.</exception>
    /// <exception cref="ModelInUseException">
    /// The model is leased or on its way to the device, and <see cref="EvictOptions.Drain"/> is off.
    /// </exception>
    /// <exception cref="ModelLeaseException">The model could not be moved off its device; the cause is the inner exception.</exception>
    ValueTask EvictAsync(string id, EvictOptions options, CancellationToken cancellationToken = default);

    /// <summary>Estimates the wait of a request for several models at once, without making the request.</summary>
    /// <param name="ids">The ids of the models.</param>
    /// <param name="priority">The priority that the request would have.</param>
    /// <returns>The estimate of the model that takes longest; zeros where nothing is known yet.</returns>
    /// <exception cref="UnknownModelException">No model is registered under one of the ids.</exception>
    ModelWaitEstimate Estimate(IReadOnlyCollection<string> ids, LeasePriority priority = LeasePriority.Normal);

    /// <summary>
    /// Drains the manager: rejects new requests, serves waiting requests, and frees all models when the last lease has ended.
    /// </summary>
    /// <remarks>Holders of leases can acquire further leases meanwhile.</remarks>
    /// <param name="cancellationToken">A token to stop waiting; the manager goes on draining.</param>
    /// <returns>A task that completes when all models have been freed.</returns>
    Task DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns the state of all models and devices at one moment.</summary>
    SharedModelsSnapshot GetSnapshot();

    /// <summary>Hands out what changes, for as long as it is enumerated.</summary>
    /// <remarks>
    /// Watching never slows the manager: the last 8,192 changes are kept, from the first call until five minutes after the last watcher has
    /// left, and a watcher that falls behind them gets a <see cref="SharedModelsChangeKind.Missed"/> in place of those that are lost. A
    /// snapshot that is taken after this call says by its <see cref="SharedModelsSnapshot.LastChange"/> which changes it includes.
    /// </remarks>
    /// <param name="after">
    /// The number of the change to go on after: 0 for all that are kept, <see langword="null"/> for those to come.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is negative.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after = null, CancellationToken cancellationToken = default);
}

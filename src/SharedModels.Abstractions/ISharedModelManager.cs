namespace SharedModels;

/// <summary>Manages models that share devices: loads and moves them on demand and leases them to callers.</summary>
/// <remarks>
/// All members are thread-safe. Await each returned <see cref="ValueTask"/> only once. Use <see cref="ValueTask.AsTask"/> to get a task
/// that can be awaited several times.
/// </remarks>
public interface ISharedModelManager
{
    /// <summary>Registers a model. It is loaded on first use.</summary>
    /// <remarks>The manager takes ownership of the instance and disposes it when the manager is disposed.</remarks>
    /// <typeparam name="T">The model's class. A class that is not an <see cref="ISharedModel"/> runs on the CPU as it is.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="id">The model's id, or <see langword="null"/> to use the class name.</param>
    /// <returns>The model's id. Adding the same object again has no effect other than a log message.</returns>
    /// <exception cref="ArgumentException">
    /// The id is invalid or belongs to another model, or the model is an <see cref="IPlacedModel"/>, which must be added with a factory.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The manager is stopping. It does not take ownership of the object.</exception>
    string Add<T>(T model, string? id = null)
        where T : class;

    /// <summary>Registers a model that is constructed when it is loaded, and again each time it is loaded after an unload.</summary>
    /// <typeparam name="T">The model's class. A class that is not an <see cref="ISharedModel"/> runs on the CPU as it is.</typeparam>
    /// <param name="id">The model's id.</param>
    /// <param name="factory">Constructs the model, using services of a separate scope that lives as long as the model is loaded.</param>
    /// <exception cref="ArgumentException">The id is invalid or belongs to another class.</exception>
    /// <exception cref="ObjectDisposedException">The manager is stopping.</exception>
    void Add<T>(string id, Func<IServiceProvider, T> factory)
        where T : class;

    /// <summary>
    /// Removes a model from the manager. Waiting requests are rejected, and the model is disposed when its last lease ends.
    /// </summary>
    /// <param name="id">The model's id. Another model can use it immediately.</param>
    /// <param name="cancellationToken">A token to stop waiting. The removal continues.</param>
    /// <returns>A task that completes when the model has been disposed.</returns>
    /// <exception cref="UnknownModelException">No model is registered under this id.</exception>
    ValueTask RemoveAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Runs one input of an <see cref="IBatchModel{TInput, TOutput}"/> together with inputs of other callers that are waiting, for code
    /// that has no lease to call <see cref="IModelLease{T}.RunAsync{TInput, TOutput}"/> on.
    /// </summary>
    /// <typeparam name="TInput">The type of the input.</typeparam>
    /// <typeparam name="TOutput">The type of the output.</typeparam>
    /// <param name="id">The model's id.</param>
    /// <param name="input">The input. It must not change before the task has completed.</param>
    /// <param name="options">The priority and the timeout of the wait for the batch, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">
    /// A token to cancel the input. An input that is waiting leaves the queue. Once the batch runs, it is stopped only when the callers of
    /// all its inputs have canceled.
    /// </param>
    /// <exception cref="UnknownModelException">No model is registered under this id, or it was removed.</exception>
    /// <inheritdoc cref="IModelLease{T}.RunAsync{TInput, TOutput}" path="/exception"/>
    ValueTask<TOutput> RunAsync<TInput, TOutput>(
        string id, TInput input, AcquireOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces a model by a new version without downtime: constructs and loads the model again, warms it up, and serves new requests with
    /// it. The old version is freed when its last lease ends.
    /// </summary>
    /// <remarks>
    /// Both versions are in memory for a while. If the budgets do not allow that, the old version is freed first, and requests wait
    /// meanwhile. A call during a reload of the same model waits for that reload. With <c>CanaryFor</c> in the model's settings, the new
    /// version first serves a share of the requests, and is rolled back if its uses fail, or are slow, more often.
    /// </remarks>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">A token to stop waiting. The reload continues.</param>
    /// <returns>A task that completes when the new version serves requests.</returns>
    /// <exception cref="ModelLeaseException">
    /// The new version could not be loaded or moved. The old one, if it was not freed first, still serves requests.
    /// </exception>
    /// <exception cref="ModelRolledBackException">
    /// The new version was rolled back after its trial. The old one serves all requests.
    /// </exception>
    /// <exception cref="ManagerShuttingDownException">The trial has ended because the application is stopping.</exception>
    /// <exception cref="NotSupportedException">The model was registered as an object and cannot be constructed again.</exception>
    /// <exception cref="UnknownModelException">
    /// No model is registered under this id, or it was removed during the reload.
    /// </exception>
    ValueTask ReloadAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Leases the model of the given class, with its own priority and timeout.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="options">The priority and the timeout of the request.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <returns>A held lease. Dispose it to release the model.</returns>
    /// <exception cref="UnknownModelException">No model of that class is registered.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(AcquireOptions options, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model of the given class, waiting for the model and its device.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <returns>A held lease. Dispose it to release the model.</returns>
    /// <exception cref="UnknownModelException">No model of that class is registered.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model with the given id and class, waiting for the model and its device.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <returns>A held lease. Dispose it to release the model.</returns>
    /// <exception cref="UnknownModelException">No model is registered under this id, or it has a different class.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model with the given id and class, with its own priority and timeout.</summary>
    /// <typeparam name="T">The model's class.</typeparam>
    /// <param name="id">The model's id.</param>
    /// <param name="options">The priority and the timeout of the request.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <returns>A held lease. Dispose it to release the model.</returns>
    /// <exception cref="UnknownModelException">No model is registered under this id, or it has a different class.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, AcquireOptions options, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Leases the model with the given id, waiting for the model and its device.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <returns>A held lease. Dispose it to release the model.</returns>
    /// <exception cref="UnknownModelException">No model is registered under this id.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask<IModelLease> FetchModelAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Creates a holder whose leases never wait for each other, like the leases of a dependency injection scope.</summary>
    /// <returns>The scope. Dispose it to release its leases.</returns>
    IModelLeaseScope CreateScope();

    /// <summary>Acquires several leases together or not at all. No model is held while waiting for the others.</summary>
    /// <param name="leases">Leases of one scope. Leases that are already held stay held in any case.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <exception cref="ArgumentException">The leases belong to several scopes or to another manager.</exception>
    /// <exception cref="InvalidOperationException">Another call is acquiring one of the leases.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, CancellationToken cancellationToken = default);

    /// <summary>
    /// Acquires several leases together or not at all, with their own priority and timeout. No model is held while waiting for the others.
    /// </summary>
    /// <param name="leases">Leases of one scope. Leases that are already held stay held in any case.</param>
    /// <param name="options">The priority and the timeout of the request.</param>
    /// <param name="cancellationToken">A token to cancel the request. A queued request is removed from the queue.</param>
    /// <exception cref="ArgumentException">The leases belong to several scopes or to another manager.</exception>
    /// <exception cref="InvalidOperationException">Another call is acquiring one of the leases.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(AcquireOptions, CancellationToken)" path="/exception"/>
    ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, AcquireOptions options, CancellationToken cancellationToken = default);

    /// <summary>Moves a model to its device without leasing it. Returns immediately if the model is already on its device.</summary>
    /// <remarks>
    /// The call waits for at most twice <c>SharedModels:Leasing:LoadTimeout</c>: once for the load and once for the move.
    /// </remarks>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">A token to stop waiting. A load that has started continues.</param>
    /// <exception cref="UnknownModelException">No model is registered under this id.</exception>
    /// <inheritdoc cref="IModelLease.AcquireAsync(CancellationToken)" path="/exception"/>
    ValueTask PreloadAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Frees the memory that an idle model takes on its device. On the CPU, the model is unloaded.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="cancellationToken">A token to stop waiting. An eviction that has started continues.</param>
    /// <exception cref="UnknownModelException">No model is registered under this id.</exception>
    /// <exception cref="ModelInUseException">The model is leased or is moving to the device.</exception>
    /// <exception cref="ModelLeaseException">The model could not be moved off its device. The inner exception is the cause.</exception>
    ValueTask EvictAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Frees the memory that a model takes on its device and, optionally, in host memory.</summary>
    /// <param name="id">The model's id.</param>
    /// <param name="options">Options for the eviction.</param>
    /// <param name="cancellationToken">A token to stop waiting. An eviction that has started continues.</param>
    /// <exception cref="UnknownModelException">No model is registered under this id.</exception>
    /// <exception cref="ModelInUseException">
    /// The model is leased or is moving to the device, and <see cref="EvictOptions.Drain"/> is <see langword="false"/>.
    /// </exception>
    /// <exception cref="ModelLeaseException">The model could not be moved off its device. The inner exception is the cause.</exception>
    ValueTask EvictAsync(string id, EvictOptions options, CancellationToken cancellationToken = default);

    /// <summary>Estimates the wait of a request for several models, without making the request.</summary>
    /// <param name="ids">The ids of the models.</param>
    /// <param name="priority">The priority that the request would have.</param>
    /// <returns>The estimate of the model that takes the longest. Times are zero if nothing is known yet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The priority is not one of the defined values.</exception>
    /// <exception cref="UnknownModelException">No model is registered under one of the ids.</exception>
    ModelWaitEstimate Estimate(IReadOnlyCollection<string> ids, LeasePriority priority = LeasePriority.Normal);

    /// <summary>
    /// Drains the manager: rejects new requests, serves waiting requests, and frees all models when the last lease ends.
    /// </summary>
    /// <remarks>Holders of leases can still acquire further leases.</remarks>
    /// <param name="cancellationToken">A token to stop waiting. The manager continues to drain.</param>
    /// <returns>A task that completes when all models have been freed.</returns>
    Task DrainAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns the state of all models and devices at a point in time.</summary>
    SharedModelsSnapshot GetSnapshot();

    /// <summary>Streams the changes of the manager for as long as the result is enumerated.</summary>
    /// <remarks>
    /// Watching never slows down the manager. It keeps the last 8,192 changes, from the first call until five minutes after the last
    /// watcher stops. A watcher that falls further behind receives a <see cref="SharedModelsChangeKind.Missed"/> in place of the lost
    /// changes. A snapshot taken after this call reports the last change that it includes as <see cref="SharedModelsSnapshot.LastChange"/>.
    /// </remarks>
    /// <param name="after">
    /// The number of the change to continue after: 0 for all kept changes, <see langword="null"/> for future changes only.
    /// </param>
    /// <param name="cancellationToken">A token to end the enumeration.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="after"/> is negative.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after = null, CancellationToken cancellationToken = default);
}

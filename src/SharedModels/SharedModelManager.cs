using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Configuration;
using SharedModels.Coordination;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Hosting;
using SharedModels.Leasing;
using SharedModels.Leasing.Batches;
using SharedModels.Leasing.Invocations;
using SharedModels.Registration;
using SharedModels.Residency;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels;

/// <summary>Manages models that share devices: loads and moves them on demand and leases them to callers.</summary>
/// <remarks>
/// <para>
/// Applications with a container get the manager from <c>services.AddSharedModels()</c>. Without a container, construct the manager,
/// <see cref="Add{T}(T, string)"/> models, and dispose it. All members are thread-safe.
/// </para>
/// <para>The idea comes from the <c>SharedModelManager</c> of Landing AI's <c>vision-agent-tools</c>.</para>
/// </remarks>
public sealed class SharedModelManager : ISharedModelManager, IAsyncDisposable, IDisposable
{
    private static readonly AcquireOptions Unchanged = new();
    private static readonly EvictOptions DefaultEviction = new();

    private readonly ModelRegistry _models = new();
    private readonly DeviceCatalog _devices;
    private readonly ChangeFeed _changes;
    private readonly SchedulerGate _gate;
    private readonly DeviceEvents _deviceEvents;
    private readonly LeaseService _leases;
    private readonly LeaseInvoker _invoker;
    private readonly BatchServices _batches;
    private readonly ModelOperations _operations;
    private readonly ModelReloads _reloads;
    private readonly ModelRegistrar _registrar;
    private readonly ModelExecutor _executor;
    private readonly ManagerShutdown _shutdown;
    private readonly SharedModelsMetrics _metrics;
    private readonly ILogger _logger;
    private readonly IServiceScopeFactory? _scopes;
    private readonly Action _onCollection;
    private readonly Lazy<Task> _disposal;
    private readonly Lazy<Task> _drain;
    private SharedModelsOptions _options;

    /// <summary>Creates a manager without a container.</summary>
    /// <param name="options">The settings, or <see langword="null"/> for the defaults.</param>
    /// <param name="deviceProviders">The providers of accelerators, or <see langword="null"/> to use only the CPU.</param>
    /// <param name="loggerFactory">The logger factory, or <see langword="null"/> to disable logging.</param>
    /// <param name="timeProvider">The clock, or <see langword="null"/> for the system's clock.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is invalid.</exception>
    public SharedModelManager(
        SharedModelsOptions? options = null,
        IEnumerable<IDeviceProvider>? deviceProviders = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
        : this(
            options ?? new(),
            deviceProviders ?? [],
            [],
            null,
            null,
            loggerFactory ?? NullLoggerFactory.Instance,
            timeProvider ?? TimeProvider.System)
    {
    }

    internal SharedModelManager(
        SharedModelsOptions options,
        IEnumerable<IDeviceProvider> deviceProviders,
        IEnumerable<ModelRegistration> registrations,
        IServiceScopeFactory? scopes,
        IMeterFactory? meters,
        ILoggerFactory loggerFactory,
        TimeProvider time)
    {
        SharedModelsOptionsValidator.ThrowIfInvalid(options);
        _options = options;
        _scopes = scopes;
        _disposal = new(DisposeCoreAsync);
        _drain = new(DrainCoreAsync);
        _logger = new SafeLogger(loggerFactory.CreateLogger<SharedModelManager>());
        _devices = new(deviceProviders, options);
        _metrics = new(meters);
        _executor = new(_devices, options.Leasing.LoadTimeout, time);
        var clock = new SchedulerClock(time);
        _changes = new(clock);
        EffectRunner? effects = null;
        _gate = new(
            options.Leasing.ToPolicy(options.Tenants),
            clock,
            gate => effects = new(gate, _models, _executor, _changes, _metrics, _logger),
            exception => Log.EffectFailed(_logger, exception));
        _leases = new(_gate, _changes, _metrics, options.Leasing);
        _invoker = new(_gate, _leases, _devices);
        _batches = new(_gate, _leases, _invoker, _devices, _changes, _metrics);
        _operations = new(_gate, _leases, _models, _logger, options.Leasing);
        _reloads = new(_gate, _operations, _models, _batches, _logger);
        _registrar = new(_devices, _models, _gate, _batches, _logger);
        _deviceEvents = new(_devices, _gate, _changes);
        _shutdown = new(_gate, effects!, _models, _executor, _logger);
        foreach (var device in _devices.Devices)
            _gate.Enter(device, static (scheduler, _, device) => scheduler.Add(device));
        _onCollection = ReleaseDropped;
        try
        {
            foreach (var registration in registrations)
                Add(registration);
        }
        catch
        {
            _metrics.Dispose();
            throw;
        }

        // Last, so that a registration that throws leaves nothing behind.
        _metrics.Observe(GetSnapshot);
        _deviceEvents.Subscribe();
        CollectionNotice.Subscribe(_onCollection);
    }

    /// <inheritdoc/>
    public string Add<T>(T model, string? id = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(model);
        var type = (model as IModelAdapter)?.ModelType ?? model.GetType();
        id ??= type.GetCustomAttributes<SharedModelAttribute>().FirstOrDefault()?.Id ?? type.Name;
        var defaults = DefaultsOf(type, id);
        _registrar.Add(
            id, type, model is ISharedModel, defaults, () => OptionsOf(id, defaults), new(model, ReportCleanUp(id)), CpuFallback);
        return id;
    }

    /// <inheritdoc/>
    public void Add<T>(string id, Func<IServiceProvider, T> factory)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(factory);
        Add(new ModelRegistration(id, typeof(T), factory, DefaultsOf(typeof(T), id)));
    }

    /// <inheritdoc/>
    public ValueTask<IModelLease<T>> FetchModelAsync<T>(AcquireOptions options, CancellationToken cancellationToken = default)
        where T : class
        => FetchCoreAsync<T>(_models.Find(typeof(T)), options, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IModelLease<T>> FetchModelAsync<T>(CancellationToken cancellationToken = default)
        where T : class
        => FetchCoreAsync<T>(_models.Find(typeof(T)), Unchanged, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, CancellationToken cancellationToken = default)
        where T : class
        => FetchCoreAsync<T>(_models.Find(id, typeof(T)), Unchanged, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, AcquireOptions options, CancellationToken cancellationToken = default)
        where T : class
        => FetchCoreAsync<T>(_models.Find(id, typeof(T)), options, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IModelLease> FetchModelAsync(string id, CancellationToken cancellationToken = default)
    {
        // This method is not async itself, so that the fetch belongs to its caller's flow.
        var fetch = FetchCoreAsync<object>(_models.Find(id, typeof(object)), Unchanged, cancellationToken);
        return fetch.IsCompletedSuccessfully ? new(fetch.Result) : new(Await(fetch));

        static async Task<IModelLease> Await(ValueTask<IModelLease<object>> fetch) => await fetch.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<TOutput> RunAsync<TInput, TOutput>(
        string id, TInput input, AcquireOptions? options = null, CancellationToken cancellationToken = default) =>
        _models.Find(id, typeof(object)).Batchers.Get<TInput, TOutput>().RunAsync(input, null, options ?? Unchanged, cancellationToken);

    /// <inheritdoc/>
    public IModelLeaseScope CreateScope() => new ModelLeaseScope(this, new LeaseScope(this));

    /// <inheritdoc/>
    public ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, CancellationToken cancellationToken = default) =>
        AcquireAllAsync(leases, Unchanged, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, AcquireOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(leases);
        ArgumentNullException.ThrowIfNull(options);
        var group = new List<ModelLease>();
        foreach (var lease in leases)
        {
            if (lease is not ModelLease ours || ours.Service != _leases)
                throw new ArgumentException($"The lease on model '{lease?.ModelId}' belongs to another manager.", nameof(leases));
            if (ours.Holder is null || ours.Holder != (group.Count == 0 ? ours : group[0]).Holder)
                throw new ArgumentException(
                    $"The lease on model '{lease.ModelId}' belongs to a different scope than the other leases. Use leases of one "
                    + $"dependency injection scope or of one scope from {nameof(CreateScope)}.",
                    nameof(leases));
            group.Add(ours);
        }

        return _leases.AcquireAllAsync(group, options, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask PreloadAsync(string id, CancellationToken cancellationToken = default) =>
        _operations.PreloadAsync(_models.Find(id, typeof(object)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask EvictAsync(string id, CancellationToken cancellationToken = default) =>
        EvictAsync(id, DefaultEviction, cancellationToken);

    /// <inheritdoc/>
    public ValueTask EvictAsync(string id, EvictOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _operations.EvictAsync(_models.Find(id, typeof(object)), options, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken = default) =>
        _operations.RemoveAsync(id, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReloadAsync(string id, CancellationToken cancellationToken = default) =>
        new(_reloads.ReloadAsync(_models.Find(id, typeof(object))).WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public ModelWaitEstimate Estimate(IReadOnlyCollection<string> ids, LeasePriority priority = LeasePriority.Normal)
    {
        ArgumentNullException.ThrowIfNull(ids);
        LeaseService.CheckPriority(priority, nameof(priority));
        var models = ids.Select(id => _models.Find(id, typeof(object)).Scheduled).ToList();
        return _gate.Read((models, priority), static (scheduler, now, call) => scheduler.Estimate(call.models, (int)call.priority, now));
    }

    /// <inheritdoc/>
    public Task DrainAsync(CancellationToken cancellationToken = default) => _drain.Value.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public SharedModelsSnapshot GetSnapshot() =>
        _gate.Read(
            this, static (scheduler, now, manager) => SnapshotFactory.Create(scheduler, manager._models.All, manager._changes.Last, now));

    /// <inheritdoc/>
    public IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after = null, CancellationToken cancellationToken = default) =>
        _changes.WatchAsync(after, cancellationToken);

    /// <summary>Rejects new leases, waits for the leases in use, and then frees and disposes all models.</summary>
    /// <param name="cancellationToken">
    /// A token to stop waiting. Leases that are still in use are then lost and logged, and their models are freed when they are disposed.
    /// </param>
    public async Task ShutdownAsync(CancellationToken cancellationToken)
    {
        BeginShutdown();
        await _shutdown.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Shuts down without waiting for leases in use, and disposes the registered models that were never loaded.
    /// </summary>
    public ValueTask DisposeAsync() => new(_disposal.Value);

    /// <summary>Shuts down as <see cref="DisposeAsync"/> does, but completes lengthy disposals of models in the background.</summary>
    public void Dispose() => _ = _disposal.Value;

    /// <summary>Rejects new leases from now on.</summary>
    internal void BeginShutdown()
    {
        if (_shutdown.Begin())
            _deviceEvents.Unsubscribe();
    }

    /// <summary>Preloads models and logs warnings for settings that have no effect.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        StartWarnings.Log(_logger, _options, _devices, [.. _models.All.Select(static model => model.Scheduled)]);
        var preloaded = _models.All.Where(static model => model.Scheduled.Settings.IsPreloaded);
        await Task.WhenAll(preloaded.Select(model => _operations.TryPreloadAsync(model, cancellationToken))).ConfigureAwait(false);
        _gate.Enter(this, static (scheduler, now, _) => scheduler.KeepPreloaded(now));
    }

    /// <summary>The number of preloads that are waiting.</summary>
    internal int WaitingPreloads =>
        _gate.Read(0, static (scheduler, _, _) => scheduler.Models.Sum(static model => model.Preloads.Count));

    /// <summary>Indicates whether everything that has happened has been reported to loggers and listeners.</summary>
    internal bool IsQuiet => _gate.IsQuiet;

    internal ModelLease<T> CreateLease<T>(string? id, ScopeHolder holder)
        where T : class
        => new(_leases, _invoker, id is null ? _models.Find(typeof(T)) : _models.Find(id, typeof(T)), holder);

    /// <summary>
    /// Applies changed options that can change at run time: budgets, limits and times, but not the preferred devices of models.
    /// </summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is invalid. No setting was changed.</exception>
    internal void Configure(SharedModelsOptions options)
    {
        SharedModelsOptionsValidator.ThrowIfInvalid(options);
        _devices.ThrowIfOverBudget(options);
        _gate.Enter(
            (Manager: this, options),
            static (scheduler, now, call) => call.Manager.Configure(scheduler, call.options, now),
            static (call, settings) => call.Manager._reloads.ReloadChanged(settings));
    }

    private List<(RegisteredModel Model, ModelOptions Before, ModelOptions Now)> Configure(
        LeaseScheduler scheduler, SharedModelsOptions options, long now)
    {
        _options = options;
        _leases.Configure(options.Leasing);
        _operations.Configure(options.Leasing);
        _executor.Configure(options.Leasing.LoadTimeout);
        _devices.Configure(options);
        var settings = _models.All.Select(model => (model, model.Options, OptionsOf(model.Id, model.Defaults))).ToList();
        foreach (var (model, _, changed) in settings)
            model.Configure(changed);
        scheduler.Reconfigure(options.Leasing.ToPolicy(options.Tenants), now);
        return settings;
    }

    private ValueTask<IModelLease<T>> FetchCoreAsync<T>(RegisteredModel model, AcquireOptions options, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        return _leases.FetchAsync(new ModelLease<T>(_leases, _invoker, model, holder: null), options, cancellationToken);
    }

    private static ModelOptions DefaultsOf(Type type, string id)
    {
        var attributes = type.GetCustomAttributes<SharedModelAttribute>().ToList();
        return ModelOptions.From(attributes.Find(attribute => attribute.Id == id) ?? attributes.FirstOrDefault());
    }

    private bool CpuFallback => _options.Leasing.CpuFallback;

    private ModelOptions OptionsOf(string id, ModelOptions defaults) => (_options.Models.GetValueOrDefault(id) ?? new()).Over(defaults);

    private void Add(ModelRegistration registration)
    {
        var canMove = registration.IsAdapted || registration.Type.IsAssignableTo(typeof(ISharedModel));
        var runtime = new ModelRuntime(registration.Factory, _scopes, ReportCleanUp(registration.Id));
        _registrar.Add(
            registration.Id,
            registration.Type,
            canMove,
            registration.Defaults,
            () => OptionsOf(registration.Id, registration.Defaults),
            runtime,
            CpuFallback);
    }

    private Action<Exception> ReportCleanUp(string id) => exception => Log.CleanUpFailed(_logger, exception, id);

    private void ReleaseDropped()
    {
        foreach (var (id, acquiredAt) in _leases.ReleaseDropped())
            Log.LeaseDropped(_logger, id, Log.WhereAcquired(acquiredAt));
    }

    /// <summary>Continues whether or not its callers wait.</summary>
    private async Task DrainCoreAsync()
    {
        await _shutdown.BeginDrain().ConfigureAwait(false);
        await ShutdownAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task DisposeCoreAsync()
    {
        BeginShutdown();
        var isCutShort = _shutdown.IsCutShort;
        await _shutdown.WaitForModelsAsync(_options.Leasing.LoadTimeout).ConfigureAwait(false);
        await ShutdownAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _gate.DisposeAsync().ConfigureAwait(false);
        _invoker.Dispose();
        _metrics.Dispose();
        await _shutdown.DisposeUnloadedAsync(_options.Leasing.LoadTimeout, isAwaited: !isCutShort).ConfigureAwait(false);
        _executor.Dispose();
    }
}

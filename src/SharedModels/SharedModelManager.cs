using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels.Configuration;
using SharedModels.Devices;
using SharedModels.Diagnostics;
using SharedModels.Hosting;
using SharedModels.Leasing;
using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels;

/// <summary>Shares devices among models: keeps them registered, loads and moves them on need, and leases them out.</summary>
/// <remarks>
/// <para>An application with a container gets its manager from <c>services.AddSharedModels()</c>; without one, construct it, <see cref="Add"/>
/// models, and dispose it. All members are safe for use by many threads.</para>
/// <para>The idea is that of <c>SharedModelManager</c> in Landing AI's <c>vision-agent-tools</c>.</para>
/// </remarks>
public sealed class SharedModelManager : ISharedModelManager, IAsyncDisposable, IDisposable
{
    private static readonly AcquireOptions Unchanged = new();

    private readonly Lock _registration = new();
    private readonly ConcurrentDictionary<string, ModelHost> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableArray<ModelHost> _hostsInOrder = [];
    private readonly DeviceCatalog _devices;
    private SharedModelsOptions _options;
    private readonly LeaseCoordinator _coordinator;
    private readonly SharedModelsMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Lazy<Task> _disposal;

    /// <summary>Creates a manager without a container.</summary>
    /// <param name="options">Settings, or <see langword="null"/> for the defaults.</param>
    /// <param name="deviceProviders">Providers of accelerators, or <see langword="null"/> for the CPU alone.</param>
    /// <param name="loggerFactory">Where to log, or <see langword="null"/> for nowhere.</param>
    /// <param name="timeProvider">The clock, or <see langword="null"/> for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting makes no sense.</exception>
    public SharedModelManager(
        SharedModelsOptions? options = null,
        IEnumerable<IDeviceProvider>? deviceProviders = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
        : this(options ?? new(), deviceProviders ?? [], [], null, null, loggerFactory ?? NullLoggerFactory.Instance, timeProvider ?? TimeProvider.System)
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
        _disposal = new(DisposeCoreAsync);
        _logger = new SafeLogger(loggerFactory.CreateLogger<SharedModelManager>());
        _devices = new(deviceProviders, options);
        _metrics = new(meters, GetSnapshot);
        var residency = new ResidencyExecutor(scopes, _devices, options.Leasing.LoadTimeout, time, _metrics, _logger);
        _coordinator = new(options.Leasing, _devices, time, residency, _metrics, _logger);
        foreach (var registration in registrations)
        {
            var canMove = registration.IsAdapted || registration.Type.IsAssignableTo(typeof(ISharedModel));
            Add(registration.Id, registration.Type, canMove, registration.Defaults, settings => new ModelHost(settings, registration.Type, registration.Factory) { Defaults = registration.Defaults });
        }
    }

    /// <inheritdoc/>
    public string Add<T>(T model, string? id = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(model);
        var type = (model as IModelAdapter)?.ModelType ?? model.GetType();
        var attributes = type.GetCustomAttributes<SharedModelAttribute>().ToList();
        id ??= attributes.FirstOrDefault()?.Id ?? type.Name;
        var defaults = ModelOptions.From(attributes.Find(attribute => attribute.Id == id) ?? attributes.FirstOrDefault());
        Add(id, type, model is ISharedModel, defaults, settings => new ModelHost(settings, model) { Defaults = defaults });
        return id;
    }

    /// <inheritdoc/>
    public ValueTask<IModelLease<T>> FetchModelAsync<T>(CancellationToken cancellationToken = default)
        where T : class
        => FetchCoreAsync<T>(FindHost(typeof(T)), Unchanged, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, CancellationToken cancellationToken = default)
        where T : class
        => FetchCoreAsync<T>(FindHost(id, typeof(T)), Unchanged, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IModelLease<T>> FetchModelAsync<T>(string id, AcquireOptions options, CancellationToken cancellationToken = default)
        where T : class
        => FetchCoreAsync<T>(FindHost(id, typeof(T)), options, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IModelLease> FetchModelAsync(string id, CancellationToken cancellationToken = default) =>
        await FetchCoreAsync<object>(FindHost(id, typeof(object)), Unchanged, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public IModelLeaseScope CreateScope() => new ModelLeaseScope(this, new LeaseScope(this));

    /// <inheritdoc/>
    public ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, CancellationToken cancellationToken = default) => AcquireAllAsync(leases, Unchanged, cancellationToken);

    /// <inheritdoc/>
    public ValueTask AcquireAllAsync(IEnumerable<IModelLease> leases, AcquireOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(leases);
        ArgumentNullException.ThrowIfNull(options);
        var group = new List<ModelLease>();
        foreach (var lease in leases)
        {
            if (lease is not ModelLease ours || ours.Coordinator != _coordinator)
                throw new ArgumentException($"The lease on model '{lease?.ModelId}' is not of this manager.", nameof(leases));
            if (ours.Holder is null || ours.Holder != (group.Count == 0 ? ours : group[0]).Holder)
                throw new ArgumentException($"The lease on model '{lease.ModelId}' is of another scope than the others; take them from one dependency-injection scope, or from one {nameof(CreateScope)}.", nameof(leases));
            group.Add(ours);
        }

        return _coordinator.AcquireAllAsync(group, options, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask PreloadAsync(string id, CancellationToken cancellationToken = default) =>
        _coordinator.PreloadAsync(FindHost(id, typeof(object)), cancellationToken);

    /// <inheritdoc/>
    public ValueTask EvictAsync(string id, CancellationToken cancellationToken = default) =>
        _coordinator.EvictAsync(FindHost(id, typeof(object)), cancellationToken);

    /// <inheritdoc/>
    public SharedModelsSnapshot GetSnapshot() => _coordinator.GetSnapshot();

    /// <inheritdoc/>
    public IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after = null, CancellationToken cancellationToken = default) => _coordinator.WatchAsync(after, cancellationToken);

    /// <summary>Refuses new leases and waits for those in use, then frees and disposes all models.</summary>
    /// <param name="cancellationToken">Ends the wait: leases still in use are lost, logged, and their models freed when they are disposed.</param>
    public async Task ShutdownAsync(CancellationToken cancellationToken)
    {
        var left = await _coordinator.ShutdownAsync(cancellationToken).ConfigureAwait(false);
        if (left.Count > 0)
            Log.LeasesLeftAtShutdown(_logger, string.Join(", ", left));
    }

    /// <summary>Shuts down without waiting for leases in use, and disposes the models that were added and never loaded.</summary>
    public ValueTask DisposeAsync() => new(_disposal.Value);

    /// <summary>As <see cref="DisposeAsync"/>, but models whose disposal takes time end it in the background.</summary>
    public void Dispose() => _ = _disposal.Value;

    /// <summary>Refuses new leases from now on.</summary>
    internal void BeginShutdown() => _coordinator.BeginShutdown();

    /// <summary>Brings the models that are to be preloaded to their devices, and warns of settings that concern nothing.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        var hosts = _hostsInOrder;
        WarnOfUnknownNames(hosts);
        StartWarnings.Log(_logger, _options, _devices, hosts);
        foreach (var host in hosts.Where(static host => host.Settings.IsPreloaded))
        {
            try
            {
                await _coordinator.PreloadAsync(host, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelLeaseException exception)
            {
                host.PreloadError = exception.Message;
                Log.PreloadFailed(_logger, exception, host.Id);
            }
        }
    }

    internal ModelLease<T> CreateLease<T>(string? id, LeaseHolder holder)
        where T : class
        => new(_coordinator, id is null ? FindHost(typeof(T)) : FindHost(id, typeof(T)), holder);

    /// <summary>Takes over changed options where that makes sense: budgets, limits and times, but not the devices that models want.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting makes no sense; nothing was changed.</exception>
    internal void Configure(SharedModelsOptions options)
    {
        SharedModelsOptionsValidator.ThrowIfInvalid(options);
        _devices.ThrowIfOverBudget(options);
        lock (_registration)
        {
            _options = options;
            _coordinator.Configure(options, () =>
            {
                foreach (var host in _hostsInOrder)
                    host.Settings = Change(host.Settings, OptionsOf(host.Id, host.Defaults));
            });
        }
    }

    private ValueTask<IModelLease<T>> FetchCoreAsync<T>(ModelHost host, AcquireOptions options, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        return _coordinator.FetchAsync(new ModelLease<T>(_coordinator, host, holder: null), options, cancellationToken);
    }

    private ModelOptions OptionsOf(string id, ModelOptions defaults) => (_options.Models.GetValueOrDefault(id) ?? new()).Over(defaults);

    private static ModelSettings Change(ModelSettings settings, ModelOptions options) => settings with
    {
        MaxLeases = options.MaxLeases ?? 1,
        KeepAlive = options.KeepAlive?.Ticks ?? long.MaxValue,
    };

    private void Add(string id, Type type, bool canMove, ModelOptions defaults, Func<ModelSettings, ModelHost> create)
    {
        if (!ModelId.IsValid(id))
            throw new ArgumentException($"'{id}' is not a model id; write letters, digits, '.', '_' and '-', at most {ModelId.MaxLength} of them.", nameof(id));
        var options = OptionsOf(id, defaults);
        if (options.MaxLeases < 1)
            throw new ArgumentException($"MaxLeases of model '{id}' is {options.MaxLeases}; write 1 or more.", nameof(id));
        if (options.KeepAlive < TimeSpan.Zero)
            throw new ArgumentException($"KeepAlive of model '{id}' is {options.KeepAlive}; write a time such as 00:05:00, or 00:00:00 to free it after each use.", nameof(id));
        var preference = options.Device ?? DevicePreference.Auto;
        var candidates = _devices.CandidatesFor(canMove, preference);
        var mayFallBack = preference == DevicePreference.Auto && _options.Leasing.CpuFallback && candidates.Any(static device => !device.Device.IsCpu);
        var settings = new ModelSettings(id) { Candidates = candidates, Fallback = mayFallBack ? _devices.Cpu : null, IsPreloaded = options.Preload };
        var host = create(Change(settings, options));
        lock (_registration)
        {
            if (_hosts.TryGetValue(id, out var known) && known.Type != type)
                throw new ArgumentException($"The id '{id}' is that of {known.Type} already; register {type} under another one.", nameof(id));
            if (!_hosts.TryAdd(id, host))
            {
                Log.ModelRegisteredTwice(_logger, id);
                return;
            }

            _hostsInOrder = _hostsInOrder.Add(host);
            _coordinator.Add(host);
        }

        Log.ModelRegistered(_logger, id, type, candidates.Count == 0 ? "no device of this machine" : string.Join(", ", candidates.Select(static device => device.Device)));
    }

    private ModelHost FindHost(string id, Type type)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!_hosts.TryGetValue(id, out var host))
            throw new UnknownModelException($"No model has the id '{id}'; {Known()}") { ModelId = id };
        return host.Type == type || type.IsAssignableFrom(host.Type)
            ? host
            : throw new UnknownModelException($"Model '{id}' is a {host.Type}, not a {type}; ask for it as what it is.") { ModelId = id };
    }

    private ModelHost FindHost(Type type)
    {
        foreach (var host in _hostsInOrder)
        {
            if (host.Type == type)
                return host;
        }

        return _hostsInOrder.FirstOrDefault(host => type.IsAssignableFrom(host.Type)) ?? throw new UnknownModelException($"No model is a {type}; {Known()}");
    }

    private string Known()
    {
        var hosts = _hostsInOrder;
        return hosts.IsEmpty
            ? "none is registered. Mark its class with [SharedModel] and call services.AddSharedModels(), or Add it."
            : $"registered are {string.Join(", ", hosts.Select(static host => $"'{host.Id}'"))}.";
    }

    private void WarnOfUnknownNames(ImmutableArray<ModelHost> hosts)
    {
        foreach (var id in _options.Models.Keys.Except(hosts.Select(static host => host.Id), StringComparer.OrdinalIgnoreCase))
            Log.UnknownModelConfigured(_logger, id, string.Join(", ", hosts.Select(static host => host.Id)));
        foreach (var name in _options.Devices.Keys.Where(name => _devices.Devices.TrueForAll(device => device.Device != Device.Parse(name))))
            Log.UnknownDeviceConfigured(_logger, name, string.Join(", ", _devices.Devices.Select(static device => device.Device)));
    }

    private async Task DisposeCoreAsync()
    {
        _coordinator.BeginShutdown();
        await _coordinator.WhenOnlyLeasesAreLeftAsync(_options.Leasing.LoadTimeout).ConfigureAwait(false);
        await ShutdownAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _coordinator.DisposeAsync().ConfigureAwait(false);
        _metrics.Dispose();
        foreach (var host in _hostsInOrder.Where(static host => host.Residency is ModelResidency.Registered or ModelResidency.Faulted))
        {
            try
            {
                await host.UnloadAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One model's disposal must not keep the others from theirs.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.CleanUpFailed(_logger, exception, host.Id);
            }
        }
    }
}

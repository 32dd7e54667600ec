using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Configuration;
using SharedModels.DependencyInjection;
using SharedModels.Devices;
using SharedModels.Testing;
using SharedModels.Tests.Diagnostics;

namespace SharedModels.Tests;

/// <summary>
/// A manager as in an application: from the container, with settings that can change, health checks, metrics, and a device that fails on
/// request.
/// </summary>
internal sealed class ApplicationFixture : IAsyncDisposable
{
    private readonly ServiceCollection _services = [];
    private readonly IConfigurationRoot _configuration;
    private readonly ISharedModelsBuilder _builder;
    private readonly Lazy<ServiceProvider> _provider;
    private readonly MetricRecorder _metrics = new();
    private readonly FakeLogCollector _log = new();

    public ApplicationFixture(params (string Key, string Value)[] settings)
        : this(memoryBytes: 100, devices: 1, settings)
    {
    }

    public ApplicationFixture(long memoryBytes, int devices, params (string Key, string Value)[] settings)
    {
        Accelerator = new(memoryBytes, devices, time: Time);
        _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        foreach (var (key, value) in settings)
            _configuration[Path(key)] = value;
        _services.AddSingleton<TimeProvider>(Time)
            .AddSingleton<IMeterFactory>(_metrics)
            .AddSingleton<ILoggerFactory>(new LoggerFactory([new FakeLoggerProvider(_log)]))
            .AddSingleton<IDeviceProvider>(Accelerator);
        _services.AddLogging();
        _builder = _services.AddSharedModelManager(_configuration.GetSection("SharedModels"));
        _services.AddHealthChecks().AddSharedModels();
        _provider = new(() =>
        {
            var provider = _services.BuildServiceProvider(validateScopes: true);
            _ = provider.GetRequiredService<OptionsReload>();
            return provider;
        });
    }

    public FakeAccelerator Accelerator { get; }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>The measurements, after all events so far have been recorded.</summary>
    public MetricRecorder Metrics => WhenQuiet(_metrics);

    /// <summary>The log, after all events so far have been written.</summary>
    public FakeLogCollector Log => WhenQuiet(_log);

    public ServiceProvider Services => _provider.Value;

    public SharedModelManager Manager => Services.GetRequiredService<SharedModelManager>();

    public ModelSnapshot this[string id] => Manager.GetSnapshot().Models.Single(model => model.Id == id);

    public DeviceSnapshot DeviceState(int index = 0) => Manager.GetSnapshot().Devices[index];

    public DeviceSnapshot Host => Manager.GetSnapshot().Devices[^1];

    /// <summary>
    /// Adds a model that is constructed for each load, before the manager is created. Returns the script that controls it.
    /// </summary>
    public FakeModelScript Add(
        string id, long bytes = 10, long workingBytes = 0, bool isMutable = false, Action<ModelOptions>? configure = null)
    {
        var script = new FakeModelScript();
        Add(id, _ => new FakeModel(bytes, script, Accelerator, workingBytes, isMutable), configure);
        return script;
    }

    public void Add<T>(string id, Func<IServiceProvider, T> factory, Action<ModelOptions>? configure = null)
        where T : class
        => _builder.AddModel(id, factory, configure);

    public void AddAdapted<T>(string id, Func<IServiceProvider, IModelAdapter> factory)
        where T : class
        => _builder.AddAdaptedModel<T>(id, factory);

    /// <summary>Fetches a model as another caller would, independently of the leases of the test.</summary>
    public async Task<IModelLease<FakeModel>> FetchAsync(string id, CancellationToken cancellationToken = default) =>
        await Manager.FetchModelAsync<FakeModel>(id, cancellationToken);

    /// <inheritdoc cref="FetchAsync(string, CancellationToken)"/>
    public async Task<IModelLease<FakeModel>> FetchAsync(string id, AcquireOptions options) =>
        await Manager.FetchModelAsync<FakeModel>(id, options);

    /// <summary>Preloads a model and fetches it, which works without a queue too.</summary>
    public async Task<IModelLease<FakeModel>> FetchWhenLoadedAsync(string id)
    {
        await Manager.PreloadAsync(id);
        return await FetchAsync(id);
    }

    /// <summary>Moves models to their devices, and leaves them there unused.</summary>
    public async Task UseAsync(params string[] ids)
    {
        foreach (var id in ids)
            await (await FetchAsync(id)).DisposeAsync();
    }

    /// <summary>Changes settings, as when somebody edits the file.</summary>
    public void Change(params (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings)
            _configuration[Path(key)] = value;
        _configuration.Reload();
    }

    public async Task<HealthReportEntry> CheckReadinessAsync()
    {
        var report = await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("ready"));
        return report.Entries["sharedmodels-ready"];
    }

    public Task UntilAsync(ModelResidency residency, params string[] ids) =>
        Condition.UntilAsync(() => ids.All(id => this[id].Residency == residency));

    public async ValueTask DisposeAsync()
    {
        if (_provider.IsValueCreated)
            await _provider.Value.DisposeAsync();
        _metrics.Dispose();
    }

    private T WhenQuiet<T>(T recorder)
    {
        if (_provider is { IsValueCreated: true })
            SpinWait.SpinUntil(() => Manager.IsQuiet, TestBound.Wait);
        return recorder;
    }

    private static string Path(string key) => "SharedModels:" + key;
}

using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Serialization;
using Orleans.TestingHost;
using SharedModels.Clustering.Telemetry;
using SharedModels.Orleans.Callers;
using SharedModels.Orleans.Messages;
using SharedModels.Orleans.Tests.Callers;

namespace SharedModels.Orleans.Tests;

/// <summary>Silos without models and a client, all in this process. Tests add models to the silos that they choose.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private static readonly IMeterFactory NoMeters = Meters();

    private static int _models;

    private readonly InProcessTestCluster _cluster;
    private readonly List<ModelNodes> _callers = [];

    public TestCluster()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo(static (options, silo) =>
        {
            silo.AddSharedModels(static settings => settings.MaxRemoteBytes = 100_000);
            silo.Services.AddSharedModelManager();
            silo.Services.AddSingleton(new SiloState(options.SiloName));
            silo.AddIncomingGrainCallFilter<ReportFilter>();
        });
        builder.ConfigureClient(static client => client.AddSharedModels(static settings => settings.MaxRemoteBytes = 100_000));
        _cluster = builder.Build();
    }

    internal IReadOnlyList<TestSilo> Silos => [.. _cluster.Silos.Select(static silo => new TestSilo(silo))];

    /// <summary>The services of the client.</summary>
    public IServiceProvider Client => _cluster.Client.ServiceProvider;

    public async Task InitializeAsync() => await _cluster.DeployAsync().WaitAsync(TestBound.Wait);

    public async Task DisposeAsync()
    {
        foreach (var silo in Silos)
            silo.State.Release();
        foreach (var caller in _callers)
            await caller.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    /// <summary>Returns an id that no other test uses.</summary>
    public static string NewModel() => $"echo-{Interlocked.Increment(ref _models)}";

    /// <summary>Returns a factory whose meters have the same name as those of others, and different instruments.</summary>
    public static IMeterFactory Meters() =>
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    internal async Task<TestSilo> StartSiloAsync() => new(await _cluster.StartAdditionalSiloAsync().WaitAsync(TestBound.Wait));

    internal Task StopAsync(TestSilo silo) => _cluster.StopSiloAsync(silo.Handle);

    internal Task KillAsync(TestSilo silo) => _cluster.KillSiloAsync(silo.Handle);

    internal bool IsRunning(TestSilo silo) => _cluster.Silos.Contains(silo.Handle);

    /// <summary>Asks a silo for a report.</summary>
    public Task ReportAsync(string silo) => _cluster.Client.GetGrain<IModelNodeGrain>(silo).ReportAsync(Guid.NewGuid(), 0, 0, default);

    internal Task<ModelReply> InvokeAsync(TestSilo silo, ModelCall call) =>
        _cluster.Client.GetGrain<IModelNodeGrain>(silo.Address).InvokeAsync(call, default);

    /// <summary>Returns a caller that has not seen a report yet, as another process would be.</summary>
    internal IModelClient<IEcho> NewClient() => NewClient(out _);

    /// <summary>Returns a model of a caller that has seen a report of a silo. Callers see new silos at different times.</summary>
    internal async Task<IEcho> NewClientAsync(
        TestSilo silo, string model, IMeterFactory? meters = null, ILoggerFactory? loggers = null)
    {
        var client = NewClient(out var nodes, loggers, meters);
        await nodes.UntilLiveAsync(silo);
        return client.ModelOf(model);
    }

    internal IModelClient<IEcho> NewClient(out ModelNodes nodes, ILoggerFactory? loggers = null, IMeterFactory? meters = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        nodes = new ModelNodes(
            _cluster.Client, Options.Create(new RemoteModelOptions()), TimeProvider.System, loggers.CreateLogger<ModelNodes>());
        _callers.Add(nodes);
        var payloads = new Payloads(
            Client.GetRequiredService<Serializer>(), Client.GetRequiredService<IOptions<RemoteModelOptions>>());
        var metrics = new ClusterMetrics(meters ?? NoMeters, nodes.Describe, TimeProvider.System);
        return new ModelClient<IEcho>(nodes, payloads, metrics, loggers.CreateLogger<RemoteModelCaller>());
    }
}

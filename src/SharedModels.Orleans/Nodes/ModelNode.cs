using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using SharedModels.Clustering;
using SharedModels.Hosting;
using SharedModels.Orleans.Callers;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans.Nodes;

/// <summary>The node of this silo. It reports while the silo is active, and drains before the silo stops.</summary>
internal sealed class ModelNode : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<ModelNodes> _callees;
    private readonly TimeSpan _shutdownTimeout;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task _reporting = Task.CompletedTask;
    private Task? _drain;

    public ModelNode(IServiceProvider services)
    {
        var manager = services.GetService<ISharedModelManager>() ?? throw new InvalidOperationException(
            "The silo has no manager of shared models. Call services.AddSharedModels() or services.AddSharedModelManager().");
        var node = services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();
        _callees = new(services.GetRequiredService<ModelNodes>);
        _time = services.GetRequiredService<TimeProvider>();
        _shutdownTimeout = services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
        Callers = new(_time);
        Reports = new(manager, Callers, node, _time);
        Dispatcher = new(
            manager,
            Reports,
            Callers,
            services.GetRequiredService<Payloads>(),
            node,
            services.GetRequiredService<IOptions<RemoteModelOptions>>(),
            services.GetRequiredService<ILogger<NodeDispatcher>>());
        services.GetService<StopDelays>()?.Add(DrainAsync);
    }

    public NodeCallers Callers { get; }

    public NodeReports Reports { get; }

    public NodeDispatcher Dispatcher { get; }

    /// <summary>Waits for a report that is newer than the last one of a caller.</summary>
    public async Task<byte[]> ReportAsync(Guid caller, long instance, long number, CancellationToken cancellationToken)
    {
        Callers.See(caller);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var report = await Reports.ReadAsync(instance, number, end.Token).ConfigureAwait(false);
        return JsonSerializer.SerializeToUtf8Bytes(report, MessageJson.Default.NodeReport);
    }

    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe(
            nameof(ModelNode),
            ServiceLifecycleStage.Active,
            _ =>
            {
                _reporting = Task.Run(() => Reports.RunAsync(_stopping.Token), CancellationToken.None);
                return Task.CompletedTask;
            },
            async cancellationToken =>
            {
                await DrainAsync(cancellationToken).ConfigureAwait(false);
                await _callees.Value.DisposeAsync().ConfigureAwait(false);
                await _stopping.CancelAsync().ConfigureAwait(false);
                await _reporting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            });
    }

    public void Dispose()
    {
        _stopping.Dispose();
        Reports.Dispose();
    }

    /// <summary>Waits for the calls of this node. The manager calls it before it rejects requests, and otherwise the silo does.</summary>
    private Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _drain ??= Task.Run(
                () => NodeDrain.RunAsync(Reports.Draining, () => Callers.Running, _time, _shutdownTimeout, cancellationToken),
                CancellationToken.None);
        }
    }
}

using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace SharedModels.Orleans.Callers;

/// <summary>Stops reading reports before the client or the silo disconnects, and after a node has drained.</summary>
internal sealed class CallerLifetime(IServiceProvider services)
    : ILifecycleParticipant<IClusterClientLifecycle>, ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(IClusterClientLifecycle lifecycle) => Subscribe(lifecycle, ServiceLifecycleStage.Active);

    public void Participate(ISiloLifecycle lifecycle) => Subscribe(lifecycle, ServiceLifecycleStage.Active - 1);

    private void Subscribe(ILifecycleObservable lifecycle, int stage) => lifecycle.Subscribe(
        nameof(CallerLifetime),
        stage,
        static _ => Task.CompletedTask,
        _ => services.GetRequiredService<ModelNodes>().DisposeAsync().AsTask());
}

using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace SharedModels.Orleans.Callers;

/// <summary>Stops reading reports before the client disconnects.</summary>
internal sealed class ClientLifetime(IServiceProvider services) : ILifecycleParticipant<IClusterClientLifecycle>
{
    public void Participate(IClusterClientLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(ClientLifetime),
        ServiceLifecycleStage.Active,
        static _ => Task.CompletedTask,
        _ => services.GetRequiredService<ModelNodes>().DisposeAsync().AsTask());
}

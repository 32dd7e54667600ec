using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;
using SharedModels.Orleans.Nodes;

namespace SharedModels.Orleans.Tests;

/// <summary>A silo of a cluster.</summary>
internal sealed class TestSilo(InProcessSiloHandle handle)
{
    public InProcessSiloHandle Handle => handle;

    public SiloState State => handle.ServiceProvider.GetRequiredService<SiloState>();

    public string Name => State.Name;

    public ISharedModelManager Manager => handle.ServiceProvider.GetRequiredService<ISharedModelManager>();

    public ModelNode Node => handle.ServiceProvider.GetRequiredService<ModelNode>();

    /// <summary>The caller of the silo itself.</summary>
    public IModelClient<IEcho> Client => handle.ServiceProvider.GetRequiredService<IModelClient<IEcho>>();

    public string Address => handle.SiloAddress.ToParsableString();

    public RemoteModelOptions Options => handle.ServiceProvider.GetRequiredService<IOptions<RemoteModelOptions>>().Value;

    /// <summary>The number of calls that the node is serving.</summary>
    public int Running => Node.Callers.Running;

    /// <summary>Registers a model on the silo.</summary>
    public void Add(string model) => Manager.Add<Echo>(model, services => new(services.GetRequiredService<SiloState>()));

    /// <summary>Indicates whether the model is leased.</summary>
    public bool IsHeld(string model) => Find(model).ActiveLeases > 0;

    /// <summary>The number of requests that wait for the model.</summary>
    public int Queued(string model) => Find(model).QueuedRequests;

    private ModelSnapshot Find(string model) => Manager.GetSnapshot().Models.Single(other => other.Id == model);
}

using Microsoft.Extensions.DependencyInjection;
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

    /// <summary>The number of calls that the node is serving.</summary>
    public int Running => Node.Callers.Running;

    /// <summary>Registers a model on the silo.</summary>
    public void Add(string model) => Manager.Add<Echo>(model, services => new(services.GetRequiredService<SiloState>()));

    /// <summary>Indicates whether the model is leased.</summary>
    public bool IsHeld(string model) => Manager.GetSnapshot().Models.Single(other => other.Id == model).ActiveLeases > 0;
}

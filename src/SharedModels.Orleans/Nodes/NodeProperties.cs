using Orleans.Metadata;
using Orleans.Runtime;

namespace SharedModels.Orleans.Nodes;

/// <summary>Marks the silo as a node. Silos that only reference this assembly are not marked.</summary>
internal sealed class NodeProperties : IGrainPropertiesProvider
{
    private const string IsNode = "sharedmodels-is-node";

    private static readonly GrainType Node = GrainType.Create(ModelNodeGrain.Type);

    /// <summary>Returns true if the silo that has the manifest is a node.</summary>
    public static bool AreIn(GrainManifest manifest) =>
        manifest.Grains.TryGetValue(Node, out var grain) && grain.Properties.ContainsKey(IsNode);

    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (grainType == Node)
            properties[IsNode] = bool.TrueString;
    }
}

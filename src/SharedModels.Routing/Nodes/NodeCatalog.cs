namespace SharedModels.Routing.Nodes;

/// <summary>A set of models that nodes serve. Nodes of the same version share one object.</summary>
internal sealed class NodeCatalog(IEnumerable<string> models)
{
    private readonly HashSet<string> _models = new(models, StringComparer.OrdinalIgnoreCase);

    /// <summary>The ids of the models.</summary>
    public IReadOnlyCollection<string> Models => _models;

    public bool Serves(ModelDemand demand)
    {
        foreach (var model in demand.Models)
        {
            if (!_models.Contains(model))
                return false;
        }

        return true;
    }

    public bool Equals(IReadOnlyList<string> models) => models.Count == _models.Count && models.All(_models.Contains);
}

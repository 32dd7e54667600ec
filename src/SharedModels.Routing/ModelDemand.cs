namespace SharedModels.Routing;

/// <summary>The models that a request needs at the same time on the same node.</summary>
/// <remarks>Create it once per kind of request, not once per request. It is immutable.</remarks>
public sealed class ModelDemand
{
    /// <summary>Creates a demand for one or more models.</summary>
    /// <param name="models">The ids of the models, regardless of case. Repeated ids count once.</param>
    /// <exception cref="ArgumentException">The list of models is empty, or an id is.</exception>
    public ModelDemand(params IEnumerable<string> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        Models = [.. models.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        if (Models.Count == 0)
            throw new ArgumentException("A demand needs at least one model.", nameof(models));
        if (Models.Any(string.IsNullOrEmpty))
            throw new ArgumentException("The id of a model is empty.", nameof(models));
        Key = string.Join('\n', Models);
    }

    /// <summary>The ids of the models, in ordinal order that ignores case.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>Identifies the set of models, regardless of case.</summary>
    internal string Key { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Models);
}

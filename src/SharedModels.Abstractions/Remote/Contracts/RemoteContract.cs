using System.ComponentModel;

namespace SharedModels.Contracts;

/// <summary>Describes a contract with <see cref="RemoteModelAttribute"/>. The source generator emits a derived class.</summary>
/// <param name="modelId">The id of the model.</param>
/// <param name="methods">The methods. Their names are unique.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RemoteContract(string modelId, IReadOnlyList<RemoteMethod> methods)
{
    /// <summary>The id of the model.</summary>
    public string ModelId { get; } = modelId;

    /// <summary>The methods. Their names are unique.</summary>
    public IReadOnlyList<RemoteMethod> Methods { get; } = methods;
}

using System.ComponentModel;

namespace SharedModels.Contracts;

/// <summary>Connects a contract to its generated description. The source generator emits this attribute.</summary>
/// <param name="contract">The interface.</param>
/// <param name="description">The class that derives from <see cref="RemoteContract{TContract}"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RemoteContractAttribute(Type contract, Type description) : Attribute
{
    /// <summary>The interface.</summary>
    public Type Contract { get; } = contract;

    /// <summary>The class that derives from <see cref="RemoteContract{TContract}"/> and has a constructor without parameters.</summary>
    public Type Description { get; } = description;
}

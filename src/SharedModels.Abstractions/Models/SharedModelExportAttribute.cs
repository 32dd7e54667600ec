using System.ComponentModel;

namespace SharedModels;

/// <summary>
/// Lists a shared model of an assembly for the source generator of the referencing application. The generator emits this attribute.
/// </summary>
/// <param name="modelType">The model's class.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SharedModelExportAttribute(Type modelType) : Attribute
{
    /// <summary>The model's class, which is marked with <see cref="SharedModelAttribute"/>.</summary>
    public Type ModelType { get; } = modelType;
}

using System.ComponentModel;

namespace SharedModels;

/// <summary>
/// Lists a shared model of an assembly, for the generator of the application that references it; written by the generator.
/// </summary>
/// <param name="modelType">The model's class.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SharedModelExportAttribute(Type modelType) : Attribute
{
    /// <summary>The model's class, which carries <see cref="SharedModelAttribute"/>.</summary>
    public Type ModelType { get; } = modelType;
}

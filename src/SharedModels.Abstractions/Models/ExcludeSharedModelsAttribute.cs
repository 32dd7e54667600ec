namespace SharedModels;

/// <summary>
/// Excludes the models of a referenced library from this application: <c>[assembly: ExcludeSharedModels("Acme.Vision")]</c>.
/// </summary>
/// <remarks>The classes can still be used. Call <c>AddModel</c> to register one of them manually.</remarks>
/// <param name="libraryName">The name of the library's assembly, without <c>.dll</c>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ExcludeSharedModelsAttribute(string libraryName) : Attribute
{
    /// <summary>The name of the library's assembly. The name is not case-sensitive.</summary>
    public string LibraryName { get; } = libraryName;
}

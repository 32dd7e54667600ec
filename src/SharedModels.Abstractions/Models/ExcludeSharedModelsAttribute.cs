namespace SharedModels;

/// <summary>
/// Leaves the models of a referenced library out of this application: <c>[assembly: ExcludeSharedModels("Acme.Vision")]</c>.
/// </summary>
/// <remarks>The classes stay usable; one that is wanted all the same is added by hand, with <c>AddModel</c>.</remarks>
/// <param name="libraryName">The name of the library's assembly, without <c>.dll</c>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ExcludeSharedModelsAttribute(string libraryName) : Attribute
{
    /// <summary>The name of the library's assembly; upper and lower case are the same.</summary>
    public string LibraryName { get; } = libraryName;
}

using System.Collections.Immutable;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>The contents of one file that the generator needs.</summary>
/// <param name="models">The classes with <c>[SharedModel]</c>.</param>
/// <param name="hasCandidates">True if a class has an attribute with a name of <c>[SharedModel]</c>.</param>
/// <param name="hasExclusions">True if the file excludes libraries.</param>
/// <param name="hasAliases">True if the file has an alias of an attribute of the library.</param>
/// <param name="declarations">The names that the file declares and uses.</param>
internal sealed class FileModels(
    ImmutableArray<ModelClass> models, bool hasCandidates, bool hasExclusions, bool hasAliases, FileDeclarations declarations)
{
    public ImmutableArray<ModelClass> Models { get; } = models;

    public bool HasCandidates { get; } = hasCandidates;

    public bool HasExclusions { get; } = hasExclusions;

    public FileDeclarations Declarations { get; } = declarations;

    /// <summary>True if the file can change the meaning of every other file.</summary>
    public bool IsGlobal { get; } = hasAliases || declarations.HasGlobalUsings;

    /// <summary>True if the file contains what the generator reads, or determines how it is read.</summary>
    public bool IsRoot => HasCandidates || HasExclusions || IsGlobal;
}

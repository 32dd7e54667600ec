using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.Generators.Reading;

/// <summary>The names that the files of a compilation can use for the attributes that the generator reads.</summary>
/// <param name="OfModels">The names of <c>[SharedModel]</c>.</param>
/// <param name="OfExclusions">The names of <c>[ExcludeSharedModels]</c>.</param>
internal sealed record AttributeNames(HashSet<string> OfModels, HashSet<string> OfExclusions)
{
    private static readonly AttributeNames WithoutAliases = Of([]);

    public static AttributeNames Of(IReadOnlyCollection<UsingDirectiveSyntax> aliases) => new(
        AttributedNodes.NamesOf(KnownNames.SharedModelAttribute, aliases),
        AttributedNodes.NamesOf(KnownNames.ExcludeSharedModelsAttribute, aliases));

    /// <summary>Indicates whether the file has an alias of one of the attributes.</summary>
    public static bool HasAliases(CompilationUnitSyntax unit)
    {
        var aliases = AttributedNodes.AliasesOf(unit).ToList();
        return aliases.Count > 0
            && Of(aliases) is var names
            && names.OfModels.Count + names.OfExclusions.Count
                > WithoutAliases.OfModels.Count + WithoutAliases.OfExclusions.Count;
    }
}

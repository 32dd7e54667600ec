using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.Generators.Reading;

/// <summary>Finds possible attributes of the library using only syntax.</summary>
internal static class AttributedNodes
{
    private const string Suffix = "Attribute";

    /// <summary>Returns the classes that have an attribute with one of these names.</summary>
    public static IEnumerable<TypeDeclarationSyntax> ClassesWith(HashSet<string> names, CompilationUnitSyntax unit) =>
        Classes(unit).Where(type => Has(names, type.AttributeLists));

    public static IEnumerable<TypeDeclarationSyntax> Classes(CompilationUnitSyntax unit) =>
        unit.DescendantNodes(HasTypes)
            .OfType<TypeDeclarationSyntax>()
            .Where(static type => type is ClassDeclarationSyntax or RecordDeclarationSyntax);

    /// <summary>Indicates whether declarations of types can be in the node.</summary>
    public static bool HasTypes(SyntaxNode node) =>
        node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax;

    /// <summary>Indicates whether the file has an assembly attribute with one of these names.</summary>
    public static bool HasFor(HashSet<string> names, CompilationUnitSyntax unit) => Has(names, unit.AttributeLists);

    /// <summary>
    /// Returns the names that files can use for an attribute: with and without its suffix, and the aliases of <c>using</c> directives.
    /// </summary>
    public static HashSet<string> NamesOf(string attribute, IEnumerable<UsingDirectiveSyntax> aliases)
    {
        var name = attribute.Substring(attribute.LastIndexOf('.') + 1);
        return
        [
            name,
            name.Substring(0, name.Length - Suffix.Length),
            .. aliases
                .Where(alias => alias.Name is { } target && Last(target) == name)
                .SelectMany(static alias => WithoutSuffix(alias.Alias!.Name.Identifier.ValueText)),
        ];
    }

    public static IEnumerable<UsingDirectiveSyntax> AliasesOf(CompilationUnitSyntax unit) => unit
        .DescendantNodes(static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<UsingDirectiveSyntax>()
        .Where(static directive => directive.Alias is not null);

    private static IEnumerable<string> WithoutSuffix(string alias) =>
        alias.EndsWith(Suffix, StringComparison.Ordinal) ? [alias, alias.Substring(0, alias.Length - Suffix.Length)] : [alias];

    private static bool Has(HashSet<string> names, SyntaxList<AttributeListSyntax> lists)
    {
        foreach (var list in lists)
        {
            foreach (var attribute in list.Attributes)
            {
                if (names.Contains(Last(attribute.Name)))
                    return true;
            }
        }

        return false;
    }

    private static string Last(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };
}

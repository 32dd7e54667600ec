using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.Generators.Reading;

/// <summary>The names that one file declares and uses outside of method bodies, read from its syntax only.</summary>
internal sealed class FileDeclarations
{
    private const string Suffix = "Attribute";

    private HashSet<string>? _uses;

    private FileDeclarations(List<string> types, List<string> namespaces, bool hasGlobalUsings) =>
        (Types, Namespaces, HasGlobalUsings) = (types, namespaces, hasGlobalUsings);

    /// <summary>The simple names of the declared types. An attribute class has a second name without its suffix.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>The names in the declarations of namespaces.</summary>
    public IReadOnlyList<string> Namespaces { get; }

    /// <summary>True if the file has directives that apply to all files.</summary>
    public bool HasGlobalUsings { get; }

    public static FileDeclarations Read(CompilationUnitSyntax unit)
    {
        var types = new List<string>();
        var namespaces = new List<string>();
        foreach (var node in unit.DescendantNodes(AttributedNodes.HasTypes))
        {
            switch (node)
            {
                case BaseTypeDeclarationSyntax type:
                    AddType(type.Identifier, types);
                    break;
                case DelegateDeclarationSyntax type:
                    AddType(type.Identifier, types);
                    break;
                case BaseNamespaceDeclarationSyntax space:
                    namespaces.AddRange(space.Name.DescendantTokens()
                        .Where(static token => token.IsKind(SyntaxKind.IdentifierToken))
                        .Select(static token => token.ValueText));
                    break;
            }
        }

        return new(types, namespaces, unit.Usings.Any(static directive => directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword)));
    }

    /// <summary>Returns every identifier of the file outside of method bodies.</summary>
    /// <param name="tree">The file, or a version of it with the same declarations.</param>
    public HashSet<string> Uses(SyntaxTree tree) => _uses ??=
    [
        .. tree.GetRoot()
            .DescendantTokens(static node => node is not (BlockSyntax or ArrowExpressionClauseSyntax))
            .Where(static token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(static token => token.ValueText),
    ];

    /// <summary>Indicates whether the names are the same as in another version of the file, whose uses are known.</summary>
    public bool HasSameNames(FileDeclarations other, SyntaxTree tree) =>
        other._uses is { } uses
            && HasGlobalUsings == other.HasGlobalUsings
            && Types.SequenceEqual(other.Types, StringComparer.Ordinal)
            && Namespaces.SequenceEqual(other.Namespaces, StringComparer.Ordinal)
            && Uses(tree).SetEquals(uses);

    private static void AddType(SyntaxToken identifier, List<string> types)
    {
        var name = identifier.ValueText;
        types.Add(name);
        if (name.EndsWith(Suffix, StringComparison.Ordinal))
            types.Add(name.Substring(0, name.Length - Suffix.Length));
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SharedModels.Generators.Diagnostics;

/// <summary>A place in the source that holds on to no syntax tree.</summary>
/// <param name="FilePath">The file.</param>
/// <param name="Span">The characters.</param>
/// <param name="Lines">The lines and columns of the same.</param>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo From(Location location) =>
        new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public Location In(IEnumerable<SyntaxTree> trees) =>
        trees.FirstOrDefault(tree => tree.FilePath == FilePath && Span.End <= tree.Length) is { } tree
            ? Location.Create(tree, Span)
            : Location.Create(FilePath, Span, Lines);
}

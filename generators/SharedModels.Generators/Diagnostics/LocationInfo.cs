using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SharedModels.Generators.Diagnostics;

/// <summary>A source location that does not keep a syntax tree alive.</summary>
/// <param name="FilePath">The path of the file.</param>
/// <param name="Span">The span in characters.</param>
/// <param name="Lines">The span in lines and columns.</param>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo From(Location location) =>
        new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public Location In(IEnumerable<SyntaxTree> trees) =>
        trees.FirstOrDefault(tree => tree.FilePath == FilePath && Span.End <= tree.Length) is { } tree
            ? Location.Create(tree, Span)
            : Location.Create(FilePath, Span, Lines);
}

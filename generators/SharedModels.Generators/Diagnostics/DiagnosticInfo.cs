using Microsoft.CodeAnalysis;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Diagnostics;

/// <summary>A diagnostic with value equality, which the steps of the generator can pass on and compare.</summary>
/// <param name="Descriptor">The descriptor of the diagnostic.</param>
/// <param name="Location">The location, or <see langword="null"/> in a referenced library.</param>
/// <param name="Arguments">The arguments of the message.</param>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo? Location, EquatableArray<string> Arguments)
{
    public DiagnosticInfo(DiagnosticDescriptor descriptor, LocationInfo? location, params string[] arguments)
        : this(descriptor, location, new EquatableArray<string>(arguments))
    {
    }

    /// <param name="trees">The trees that may contain the location. Pragmas apply only to locations in a tree of the compilation.</param>
    public Diagnostic ToDiagnostic(IEnumerable<SyntaxTree> trees) => Diagnostic.Create(Descriptor, Location?.In(trees), [.. Arguments]);
}

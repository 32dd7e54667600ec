using Microsoft.CodeAnalysis;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Diagnostics;

/// <summary>A diagnostic that steps can carry and compare.</summary>
/// <param name="Descriptor">What is wrong in general.</param>
/// <param name="Location">Where; <see langword="null"/> in a referenced library.</param>
/// <param name="Arguments">The parts of the message.</param>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo? Location, EquatableArray<string> Arguments)
{
    public DiagnosticInfo(DiagnosticDescriptor descriptor, LocationInfo? location, params string[] arguments)
        : this(descriptor, location, new EquatableArray<string>(arguments))
    {
    }

    /// <param name="trees">Where the place may be; a pragma reaches only what is reported in a tree of the compilation.</param>
    public Diagnostic ToDiagnostic(IEnumerable<SyntaxTree> trees) => Diagnostic.Create(Descriptor, Location?.In(trees), [.. Arguments]);
}

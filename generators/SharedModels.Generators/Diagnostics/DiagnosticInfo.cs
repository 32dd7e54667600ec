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

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, Location?.ToLocation(), [.. Arguments]);
}

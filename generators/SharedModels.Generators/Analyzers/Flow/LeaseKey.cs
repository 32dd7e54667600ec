using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>A lease as code names it: a variable, a field, or a property of one that holds <c>ModelLeases</c>.</summary>
/// <param name="Root">The parameter, local variable, field or property.</param>
/// <param name="Member">The property of <c>ModelLeases</c>, if the root is one.</param>
internal readonly record struct LeaseKey(ISymbol Root, ISymbol? Member)
{
    public string Name => Member is null ? Root.Name : $"{Root.Name}.{Member.Name}";

    public bool Equals(LeaseKey other) => LeaseSymbols.Same(Root, other.Root) && LeaseSymbols.Same(Member, other.Member);

    public override int GetHashCode() => SymbolEqualityComparer.Default.GetHashCode(Root);
}

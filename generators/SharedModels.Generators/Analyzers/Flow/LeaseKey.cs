using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>Identifies a lease in code: a variable, a member, or a property of a <c>ModelLeases</c> that one of them holds.</summary>
/// <param name="Root">The parameter, local variable, field or property.</param>
/// <param name="Member">The property of <c>ModelLeases</c>, or <see langword="null"/> if the root is not a <c>ModelLeases</c>.</param>
internal readonly record struct LeaseKey(ISymbol Root, ISymbol? Member)
{
    public string Name => Member is null ? Root.Name : $"{Root.Name}.{Member.Name}";

    public bool Equals(LeaseKey other) => LeaseSymbols.Same(Root, other.Root) && LeaseSymbols.Same(Member, other.Member);

    public override int GetHashCode() => SymbolEqualityComparer.Default.GetHashCode(Root);
}

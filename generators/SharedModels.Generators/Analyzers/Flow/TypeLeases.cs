using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>What the members of a class do to leases, and to those that they share.</summary>
internal sealed class TypeLeases
{
    private readonly ConcurrentBag<(LeaseStep Step, ISymbol Member, ISymbol Code)> _uses = [];
    private readonly ConcurrentBag<(ISymbol Root, ISymbol Member)> _acquired = [];

    /// <summary>Whether a member can pass a lease of its object on without a call that waits.</summary>
    public static bool Concerns(ISymbol member, LeaseSymbols symbols) =>
        member is IMethodSymbol { MethodKind: not MethodKind.Constructor, IsStatic: false, ContainingType: { } type }
            && (type.GetMembers().Any(other => other is IFieldSymbol field && symbols.IsOfScope(field.Type))
                || type.InstanceConstructors.Any(
                    constructor => constructor.Parameters.Any(parameter => symbols.IsOfScope(parameter.Type))));

    public void Add(LeaseFlow flow, ISymbol member, ISymbol code)
    {
        foreach (var use in flow.Unacquired
            .GroupBy(static use => use.Key)
            .Select(static uses => uses.OrderBy(static use => use.Operation.Syntax.SpanStart).First()))
        {
            if (!flow.Steps.Any(
                step => step.Kind == LeaseStepKind.Acquire && step.Key == use.Key && ShareCondition(step.Operation, use.Operation)))
                _uses.Add((use, member, code));
        }

        foreach (var step in flow.Steps)
        {
            if (step is { Kind: LeaseStepKind.Acquire or LeaseStepKind.Escape or LeaseStepKind.Hold, Key.Root: { } root }
                && IsShared(root, code)
                && !IsInitial(member))
                _acquired.Add((root, member));
        }
    }

    /// <summary>Uses of leases that nothing can have acquired before, unless a marked endpoint did.</summary>
    public IEnumerable<(LeaseStep Use, ISymbol Code)> Unacquired(EndpointHandlers handlers)
    {
        foreach (var (use, member, code) in _uses)
        {
            if (handlers.IsHeld(code))
                continue;
            var root = use.Key!.Value.Root;
            var isReported = IsShared(root, code)
                ? LeaseSymbols.Same(code, member)
                    && member is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: not Accessibility.Private }
                    && !_acquired.Any(other => LeaseSymbols.Same(other.Root, root) && !LeaseSymbols.Same(other.Member, member))
                : LeaseSymbols.Same(root.ContainingSymbol, code) && (root is ILocalSymbol || handlers.Contains(code));
            if (isReported)
                yield return (use, code);
        }
    }

    /// <summary>
    /// Whether the lease comes unacquired for certain; one of a class does if
    /// something injects the class, and no endpoint that does is marked.
    /// </summary>
    public static bool IsCertain(LeaseStep use, ISymbol code, INamedTypeSymbol type) =>
        use.Key!.Value.Root is ILocalSymbol || (!IsShared(use.Key.Value.Root, code) && !EndpointHandlers.IsComponent(type));

    /// <summary>Whether other members see the lease too: a field, a property, or a parameter of a primary constructor.</summary>
    private static bool IsShared(ISymbol root, ISymbol code) =>
        root is IFieldSymbol or IPropertySymbol
        || (root is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor }
            && !LeaseSymbols.Same(constructor, code));

    private static bool IsInitial(ISymbol member) =>
        member is IMethodSymbol { MethodKind: MethodKind.Constructor } or IFieldSymbol or IPropertySymbol;

    /// <summary>Whether both stand under conditions of the same words, so that who gets to the one has been at the other.</summary>
    private static bool ShareCondition(IOperation acquisition, IOperation use) =>
        ConditionsOf(acquisition).Intersect(ConditionsOf(use), StringComparer.Ordinal).Any();

    private static IEnumerable<string> ConditionsOf(IOperation operation) => operation.Syntax.Ancestors()
        .Select(static node => node switch
        {
            IfStatementSyntax statement => statement.Condition.ToString(),
            ConditionalExpressionSyntax expression => expression.Condition.ToString(),
            _ => null,
        })
        .OfType<string>();
}

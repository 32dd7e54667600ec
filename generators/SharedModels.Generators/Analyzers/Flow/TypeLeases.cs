using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>Collects the steps that the members of a class perform on leases, including leases that the members share.</summary>
internal sealed class TypeLeases
{
    private readonly ConcurrentBag<(LeaseStep Step, ISymbol Member, ISymbol Code)> _uses = [];
    private readonly ConcurrentBag<(ISymbol Root, ISymbol Member)> _acquired = [];
    private readonly ConcurrentBag<ISymbol> _scopes = [];

    /// <summary>Indicates whether a member can pass on a lease of its object without a call that waits.</summary>
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
            if (step.Kind == LeaseStepKind.AcquireScope && !IsInitial(member))
                _scopes.Add(member);
            if (step is
                {
                    Kind: LeaseStepKind.Acquire or LeaseStepKind.TryAcquire or LeaseStepKind.Escape or LeaseStepKind.Hold,
                    Key.Root: { } root,
                }
                && IsShared(root, code)
                && !IsInitial(member))
                _acquired.Add((root, member));
        }
    }

    /// <summary>Returns the uses of leases that nothing can have acquired before, unless a marked endpoint did.</summary>
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
                    && _scopes.All(other => LeaseSymbols.Same(other, member))
                    && !_acquired.Any(other => LeaseSymbols.Same(other.Root, root) && !LeaseSymbols.Same(other.Member, member))
                : LeaseSymbols.Same(root.ContainingSymbol, code) && (root is ILocalSymbol || handlers.Contains(code));
            if (isReported)
                yield return (use, code);
        }
    }

    /// <summary>
    /// Indicates whether the lease is certainly not acquired yet. A lease of a class is so only if the class is injected, and no marked
    /// endpoint uses it.
    /// </summary>
    public static bool IsCertain(LeaseStep use, ISymbol code, INamedTypeSymbol type) =>
        use.Key!.Value.Root is ILocalSymbol || (!IsShared(use.Key.Value.Root, code) && !EndpointHandlers.IsComponent(type));

    /// <summary>
    /// Indicates whether other members can access the lease too: a field, a property, or a parameter of a primary constructor.
    /// </summary>
    private static bool IsShared(ISymbol root, ISymbol code) =>
        root is IFieldSymbol or IPropertySymbol
        || (root is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor }
            && !LeaseSymbols.Same(constructor, code));

    private static bool IsInitial(ISymbol member) =>
        member is IMethodSymbol { MethodKind: MethodKind.Constructor } or IFieldSymbol or IPropertySymbol;

    /// <summary>
    /// Indicates whether both have a condition with the same text, so that code that reaches the use has acquired the lease.
    /// </summary>
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

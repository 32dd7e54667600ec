using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>Reads the steps of a method's blocks in the order of execution.</summary>
internal sealed class LeaseSteps
{
    private readonly LeaseSymbols _symbols;
    private readonly LeaseNames _names;

    public LeaseSteps(ControlFlowGraph graph, LeaseSymbols symbols, LeaseNames names)
    {
        _symbols = symbols;
        _names = names;
        Blocks = [.. graph.Blocks.Select(block => Read(block).ToArray())];
    }

    /// <summary>The steps of each block.</summary>
    public LeaseStep[][] Blocks { get; }

    private IEnumerable<LeaseStep> Read(BasicBlock block)
    {
        foreach (var operation in block.Operations)
        {
            foreach (var step in Read(operation))
                yield return step;
        }

        if (block.BranchValue is { } value)
        {
            foreach (var step in Read(value))
                yield return step;
        }
    }

    /// <summary>Reads the steps of an operation. Operands come first.</summary>
    private IEnumerable<LeaseStep> Read(IOperation operation)
    {
        if (operation is IFlowAnonymousFunctionOperation closure)
        {
            // It is not known when the closure runs or what it does with the leases.
            foreach (var key in _names.In(closure.Syntax))
                yield return new(LeaseStepKind.Escape, key, closure);
            yield break;
        }

        foreach (var child in operation.ChildOperations)
        {
            foreach (var step in Read(child))
                yield return step;
            if (operation is IArrayInitializerOperation or ICollectionExpressionOperation or ISpreadOperation
                && Escape(child, operation) is { } member)
                yield return member;
        }

        if (StepOf(operation) is { } own)
            yield return own;
    }

    private LeaseStep? StepOf(IOperation operation) => operation switch
    {
        IInvocationOperation call => StepOf(call),
        ISimpleAssignmentOperation assignment => StepOf(assignment),
        IPropertyReferenceOperation { Instance: { } instance } property when _symbols.IsModelOfLease(property.Property) =>
            Step(LeaseStepKind.Use, instance, operation),
        IPropertyReferenceOperation { Instance: { } instance, Property.Name: "State" } property
            when _symbols.IsLease(property.Property.ContainingType) => Step(LeaseStepKind.Escape, instance, operation),
        IMethodReferenceOperation { Instance: { } instance } => Step(LeaseStepKind.Escape, instance, operation),
        IArgumentOperation argument when !IsGuard(argument) => Escape(argument.Value, operation),
        IReturnOperation { ReturnedValue: { } value } => Escape(value, operation),
        IIsPatternOperation
        {
            Pattern: not (IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation }),
        } pattern => Escape(pattern.Value, operation),
        _ => null,
    };

    private LeaseStep? StepOf(IInvocationOperation call)
    {
        if (_symbols.IsFetch(call.TargetMethod))
            return new(LeaseStepKind.Fetch, null, call);
        if (_symbols.IsAcquireScope(call.TargetMethod))
            return new(LeaseStepKind.AcquireScope, null, call);
        if (call.Instance is not { } instance)
            return null;
        if (_symbols.IsAcquire(call.TargetMethod))
            return Step(LeaseStepKind.Acquire, instance, call);
        if (_symbols.IsUse(call.TargetMethod))
            return Step(LeaseStepKind.Use, instance, call);
        if (_symbols.IsTryAcquire(call.TargetMethod))
            return TryAcquire(call, instance);
        return call.TargetMethod.Name is "Dispose" or "DisposeAsync" ? Step(LeaseStepKind.Release, instance, call) : null;
    }

    /// <summary>
    /// Returns the step of <c>TryAcquire</c>. A result that is stored or compared may be tested later, so the lease may be acquired. A
    /// result that is ignored acquires nothing for certain.
    /// </summary>
    private LeaseStep? TryAcquire(IInvocationOperation call, IOperation lease) => call.Consumer() switch
    {
        null => Step(LeaseStepKind.TryAcquire, lease, call),
        IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } => null,
        _ => Step(LeaseStepKind.Escape, lease, call),
    };

    private LeaseStep? StepOf(ISimpleAssignmentOperation assignment)
    {
        var source = assignment.Value.Awaitable();
        if (_names.Of(assignment.Target) is not { } target)
            return Escape(assignment.Value, assignment);
        if (_names.Of(assignment.Value) is { } same && same == target)
            return null;
        var kind = source switch
        {
            IInvocationOperation call when _symbols.IsFetch(call.TargetMethod) => LeaseStepKind.Hold,
            IInvocationOperation
            {
                TargetMethod.Name: "CreateLease" or "GetService" or "GetRequiredService" or "GetKeyedService" or "GetRequiredKeyedService",
            } => LeaseStepKind.Create,
            _ => LeaseStepKind.Escape,
        };
        return new(kind, target, assignment);
    }

    private LeaseStep? Step(LeaseStepKind kind, IOperation lease, IOperation operation) =>
        _names.Of(lease) is { } key ? new(kind, key, operation) : null;

    /// <summary>Returns the step for a lease, or for all leases of a scope, that other code receives and may use in any way.</summary>
    private LeaseStep? Escape(IOperation value, IOperation operation)
    {
        if (Step(LeaseStepKind.Escape, value, operation) is { } step)
            return step;
        return _names.OfAll(value) is { } leases ? new(LeaseStepKind.Escape, leases, operation) : null;
    }

    /// <summary>
    /// Indicates whether the argument is only checked, not used. <c>RunAsync</c> neither acquires nor releases its lease.
    /// </summary>
    private bool IsGuard(IArgumentOperation argument) =>
        _symbols.IsLeaseOfRun(argument)
        || argument.Parent is IInvocationOperation
        {
            TargetMethod.ContainingType.Name: "ArgumentNullException" or "ObjectDisposedException",
        }
        || (argument.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" });
}

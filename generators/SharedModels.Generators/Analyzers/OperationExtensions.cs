using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers;

/// <summary>Extensions that see through operations that do not change a value.</summary>
internal static class OperationExtensions
{
    /// <summary>Returns the operation inside conversions, parentheses and conditional accesses.</summary>
    public static IOperation Unwrap(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                case IConditionalAccessInstanceOperation instance when instance.AccessTarget() is { } target:
                    operation = target;
                    break;
                case IConditionalAccessOperation access:
                    operation = access.WhenNotNull;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>
    /// Returns the origin of a task or value: like <see cref="Unwrap"/>, but also inside <c>await</c>, <c>AsTask()</c> and
    /// <c>ConfigureAwait(…)</c>.
    /// </summary>
    public static IOperation Awaitable(this IOperation operation)
    {
        while (true)
        {
            var inner = operation.Unwrap();
            var next = inner switch
            {
                IAwaitOperation awaiting => awaiting.Operation,
                IInvocationOperation
                {
                    Instance: { } instance,
                    TargetMethod.Name: "AsTask" or "ConfigureAwait" or "Preserve" or "GetAwaiter",
                } => instance,
                _ => null,
            };
            if (next is null)
                return inner;
            operation = next;
        }
    }

    /// <summary>Returns the nearest ancestor that does more than pass on the value of the operation.</summary>
    public static IOperation? Consumer(this IOperation operation, bool throughAwait = false, bool throughTask = false)
    {
        var child = operation;
        for (var parent = operation.Parent; ; child = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                case IConditionalAccessOperation access when access.WhenNotNull == child:
                case IAwaitOperation when throughAwait:
                case IInvocationOperation { TargetMethod.Name: "AsTask" or "ConfigureAwait" or "Preserve" } call when throughTask
                    && call.Instance?.Unwrap() == child.Unwrap():
                    continue;
                case IConditionalAccessOperation conditional when throughTask:
                    return conditional;
                default:
                    return parent;
            }
        }
    }

    /// <summary>Returns the operation to the left of <c>?.</c>.</summary>
    private static IOperation? AccessTarget(this IConditionalAccessInstanceOperation instance)
    {
        IOperation child = instance;
        for (var parent = instance.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
                return access.Operation;
        }

        return null;
    }

    /// <summary>
    /// Returns the value that a local variable receives where it is declared or matched, or <see langword="null"/> if that value is not
    /// known.
    /// </summary>
    /// <param name="reference">The reference that reads the variable.</param>
    /// <param name="model">The semantic model. Operations of a control-flow graph do not have one.</param>
    public static IOperation? Origin(this ILocalReferenceOperation reference, SemanticModel? model = null)
    {
        model ??= reference.SemanticModel;
        if (model is null
            || reference.Local.DeclaringSyntaxReferences.FirstOrDefault() is not { } declaration
            || declaration.SyntaxTree != model.SyntaxTree)
            return null;
        for (var syntax = declaration.GetSyntax(); syntax is not null; syntax = syntax.Parent)
        {
            switch (model.GetOperation(syntax))
            {
                case IVariableDeclaratorOperation declarator:
                    return (declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer)?.Value;
                case IIsPatternOperation { Pattern: IDeclarationPatternOperation or IRecursivePatternOperation } match:
                    return match.Value;
                case { } other and not (IPatternOperation or IPropertySubpatternOperation)
                    when other is not IDeclarationExpressionOperation:
                    return null;
            }

            if (syntax.IsKind(SyntaxKind.Block))
                return null;
        }

        return null;
    }

    /// <summary>Returns the member, lambda or local function that contains the operation.</summary>
    public static IOperation Body(this IOperation operation)
    {
        var body = operation;
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            body = parent;
            if (parent is IAnonymousFunctionOperation or ILocalFunctionOperation)
                break;
        }

        return body;
    }

    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    public static IEnumerable<ILocalReferenceOperation> ReferencesTo(this IOperation body, ILocalSymbol local) =>
        body.DescendantsAndSelf().OfType<ILocalReferenceOperation>().Where(reference => LeaseSymbols.Same(reference.Local, local));

    /// <summary>Indicates whether a member is accessed on the operation's value.</summary>
    public static bool IsReceiver(this IOperation operation)
    {
        var child = operation;
        var parent = operation.Parent;
        while (parent is IConversionOperation or IParenthesizedOperation)
            (child, parent) = (parent, parent.Parent);
        return parent switch
        {
            IInvocationOperation call => call.Instance == child,
            IPropertyReferenceOperation property => property.Instance == child,
            IConditionalAccessOperation access => access.Operation == child,
            _ => false,
        };
    }

    /// <summary>Indicates whether the value is <c>lease.Model</c>, or a local variable that was declared with it.</summary>
    public static bool IsModelOfLease(this IOperation value, LeaseSymbols symbols) => value.Unwrap() switch
    {
        IPropertyReferenceOperation property => symbols.IsModelOfLease(property.Property),
        ILocalReferenceOperation local =>
            local.Origin()?.Unwrap() is IPropertyReferenceOperation property && symbols.IsModelOfLease(property.Property),
        _ => false,
    };

    /// <summary>Indicates whether a <c>using</c> declares and disposes the variable.</summary>
    public static bool IsUsing(this IOperation declarator) =>
        declarator.Parent?.Parent?.Parent is IUsingDeclarationOperation or IUsingOperation;

    /// <summary>Returns the source text, such as <c>lease</c> or <c>_leases.Owlv2</c>.</summary>
    public static string Text(this IOperation operation) => operation.Syntax.ToString();
}

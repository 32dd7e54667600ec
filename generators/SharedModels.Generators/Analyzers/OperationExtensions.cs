using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers;

/// <summary>Reads operations through what changes nothing of their value.</summary>
internal static class OperationExtensions
{
    /// <summary>The operation under conversions, parentheses and the like.</summary>
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
    /// The task's or value's origin: as <see cref="Unwrap"/>, and under <c>await</c>, <c>AsTask()</c> and <c>ConfigureAwait(…)</c>.
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

    /// <summary>What stands around the operation and does not only pass its value on.</summary>
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

    /// <summary>What <c>?.</c> stands behind.</summary>
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
    /// The value that a local variable gets where it is declared, or matched;
    /// <see langword="null"/> if it is assigned elsewhere too, or nothing tells.
    /// </summary>
    /// <param name="reference">The variable where it is read.</param>
    /// <param name="model">What knows the source; operations of a control-flow graph do not know it themselves.</param>
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

    /// <summary>The member, lambda or local function whose code this is.</summary>
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

    /// <summary>Whether the operation's value is what a member is called on.</summary>
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

    /// <summary>Whether it is <c>lease.Model</c>, or a local variable that got it where it was declared.</summary>
    public static bool IsModelOfLease(this IOperation value, LeaseSymbols symbols) => value.Unwrap() switch
    {
        IPropertyReferenceOperation property => symbols.IsModelOfLease(property.Property),
        ILocalReferenceOperation local =>
            local.Origin()?.Unwrap() is IPropertyReferenceOperation property && symbols.IsModelOfLease(property.Property),
        _ => false,
    };

    /// <summary>The name in the source, such as <c>lease</c> or <c>_leases.Owlv2</c>.</summary>
    public static string Text(this IOperation operation) => operation.Syntax.ToString();
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Batches;

/// <summary>
/// Finds a loop over the inputs of a batch that adds no output for some of them. Only a list that is empty before the loop, gets its
/// outputs from one <c>Add</c> in it, and is returned right after it is certain to be too short.
/// </summary>
internal static class SkippingLoop
{
    /// <summary>Returns the part of the loop that skips an input, or <see langword="null"/> if nothing is certain to.</summary>
    public static SyntaxNode? Find(IBlockOperation body, IParameterSymbol inputs)
    {
        for (var i = 0; i + 1 < body.Operations.Length; i++)
        {
            if (body.Operations[i] is IForEachLoopOperation loop
                && loop.Collection.Unwrap() is IParameterReferenceOperation collection
                && LeaseSymbols.Same(collection.Parameter, inputs)
                && body.Operations[i + 1] is IReturnOperation { ReturnedValue: { } returned }
                && returned.Unwrap() is ILocalReferenceOperation list
                && AddOf(list, body) is { } add)
                return Find(loop, add);
        }

        return null;
    }

    /// <summary>Returns the only statement that changes the list, if the list is empty at first.</summary>
    private static IExpressionStatementOperation? AddOf(ILocalReferenceOperation list, IBlockOperation body)
    {
        var isEmpty = list.Origin()?.Unwrap() switch
        {
            IObjectCreationOperation { Type.Name: "List", Initializer: null } creation =>
                creation.Arguments.All(static argument => argument.Value.Type?.SpecialType == SpecialType.System_Int32),
            ICollectionExpressionOperation { Elements.Length: 0, Type.Name: "List" } => true,
            _ => false,
        };
        var others = body.ReferencesTo(list.Local).Where(reference => reference.Syntax != list.Syntax).ToList();
        return isEmpty
            && others.Count == 1
            && others[0].Parent is IInvocationOperation { TargetMethod.Name: "Add", Parent: IExpressionStatementOperation statement }
            ? statement
            : null;
    }

    private static SyntaxNode? Find(IForEachLoopOperation loop, IExpressionStatementOperation add)
    {
        var statements = StatementsOf(loop.Body);
        for (var i = 0; i < statements.Length; i++)
        {
            var isLast = i == statements.Length - 1;
            switch (statements[i])
            {
                case var statement when statement == add:
                    return null;
                case IConditionalOperation { WhenFalse: null, Condition.ConstantValue.HasValue: false } choice when !IsCanceled(choice):
                    if (ContinueOf(choice.WhenTrue, loop) is { } skip && !choice.WhenTrue.Descendants().Contains(add))
                        return skip.Syntax;
                    if (isLast && StatementsOf(choice.WhenTrue).Contains(add))
                        return choice.Condition.Syntax;
                    break;
                case ITryOperation { Finally: null } attempt when isLast && StatementsOf(attempt.Body).Contains(add):
                    return attempt.Catches.FirstOrDefault(handler => IsIgnored(handler, loop))?.Syntax;
            }
        }

        return null;
    }

    private static IBranchOperation? ContinueOf(IOperation statement, IForEachLoopOperation loop) =>
        StatementsOf(statement).LastOrDefault() is IBranchOperation { BranchKind: BranchKind.Continue } branch
            && LeaseSymbols.Same(branch.Target, loop.ContinueLabel)
            ? branch
            : null;

    /// <summary>Indicates whether a condition reads a token. Nobody waits for the outputs of a batch that is canceled.</summary>
    private static bool IsCanceled(IConditionalOperation choice) => choice.Condition.DescendantsAndSelf().Any(
        static operation => operation is IPropertyReferenceOperation { Property.Name: "IsCancellationRequested" });

    /// <summary>Indicates whether a handler of anything but a cancellation does nothing.</summary>
    private static bool IsIgnored(ICatchClauseOperation handler, IForEachLoopOperation loop) =>
        handler.ExceptionType.Name is not ("OperationCanceledException" or "TaskCanceledException")
            && (handler.Handler.Operations.IsEmpty
                || (handler.Handler.Operations.Length == 1 && ContinueOf(handler.Handler, loop) is not null));

    private static ImmutableArray<IOperation> StatementsOf(IOperation statement) =>
        statement is IBlockOperation block ? block.Operations : [statement];
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Batches;

/// <summary>Finds the values that a method returns.</summary>
internal static class ReturnedValues
{
    /// <summary>Returns each value that the body itself can return. Lambdas and local functions return to other code.</summary>
    public static IEnumerable<IOperation> Of(IOperation body) => body switch
    {
        IAnonymousFunctionOperation or ILocalFunctionOperation => [],
        IReturnOperation { ReturnedValue: { } value } => ChoicesOf(value),
        _ => body.ChildOperations.SelectMany(Of),
    };

    private static IEnumerable<IOperation> ChoicesOf(IOperation value) => value.Unwrap() switch
    {
        IConditionalOperation { WhenFalse: { } other } choice => ChoicesOf(choice.WhenTrue).Concat(ChoicesOf(other)),
        ISwitchExpressionOperation choice => choice.Arms.SelectMany(static arm => ChoicesOf(arm.Value)),
        IThrowOperation => [],
        var single => [single],
    };
}

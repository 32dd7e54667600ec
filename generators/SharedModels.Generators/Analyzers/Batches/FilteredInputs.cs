using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Batches;

/// <summary>Finds outputs that are made of only some of the inputs, as in <c>inputs.Where(…).Select(…).ToList()</c>.</summary>
internal static class FilteredInputs
{
    /// <summary>Returns the operator that leaves out inputs, or <see langword="null"/> if none is certain to.</summary>
    public static IOperation? Find(IBlockOperation body, IParameterSymbol inputs) =>
        ReturnedValues.Of(body).Select(value => FilterOf(value, inputs)).FirstOrDefault(static filter => filter is not null);

    private static IOperation? FilterOf(IOperation value, IParameterSymbol inputs)
    {
        IOperation? filter = null;
        while (true)
        {
            switch (value.Unwrap())
            {
                case ICollectionExpressionOperation { Elements: { Length: 1 } elements } when elements[0] is ISpreadOperation spread:
                    value = spread.Operand;
                    break;
                case IInvocationOperation { TargetMethod: { IsExtensionMethod: true, ContainingType.Name: "Enumerable" } method } call:
                    if (method.Name is "Where" or "Distinct" or "DistinctBy")
                        filter = call;
                    else if (method.Name is not ("Select" or "ToList" or "ToArray"))
                        return null;
                    value = call.Arguments[0].Value;
                    break;
                case IParameterReferenceOperation reference when LeaseSymbols.Same(reference.Parameter, inputs):
                    return filter;
                default:
                    return null;
            }
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Batches;

/// <summary>Finds the outputs of a method that do not depend on the number of its inputs.</summary>
internal static class FixedOutputs
{
    /// <summary>
    /// Returns all returned values with their numbers of outputs, <see langword="null"/> for a <see langword="null"/> reference. The result
    /// is empty if one of the numbers is unknown, or if the method reads the number of something and may have handled it.
    /// </summary>
    public static List<(IOperation Value, int? Count)> Find(IBlockOperation body)
    {
        if (body.Descendants().Any(ReadsNumber))
            return [];
        var outputs = new List<(IOperation, int?)>();
        foreach (var value in ReturnedValues.Of(body))
        {
            var count = CountOf(value);
            if (count is null && value.ConstantValue is not { HasValue: true, Value: null })
                return [];
            outputs.Add((value, count));
        }

        return outputs;
    }

    private static bool ReadsNumber(IOperation operation) => operation switch
    {
        IPropertyReferenceOperation property => property.Property.Name is "Count" or "Length" or "LongLength" or "IsEmpty",
        IInvocationOperation call =>
            call.TargetMethod.Name is "Count" or "LongCount" or "Any" or "TryGetNonEnumeratedCount" or "GetLength",
        IListPatternOperation => true,
        _ => false,
    };

    private static int? CountOf(IOperation value) => value switch
    {
        ICollectionExpressionOperation collection when !collection.Elements.Any(static element => element is ISpreadOperation) =>
            collection.Elements.Length,
        IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes } => sizes[0].ConstantValue is { Value: int size } ? size : null,
        IInvocationOperation { TargetMethod: { Name: "Empty", Parameters.Length: 0, ContainingType.Name: "Array" or "Enumerable" } } => 0,
        ILocalReferenceOperation local when local.Origin()?.Unwrap() is IArrayCreationOperation array && !IsReplaced(local) =>
            CountOf(array),
        _ => null,
    };

    /// <summary>Indicates whether the variable may refer to another array than that of its declaration.</summary>
    private static bool IsReplaced(ILocalReferenceOperation local) => local.Root().ReferencesTo(local.Local).Any(static reference =>
        (reference.Parent is IAssignmentOperation assignment && assignment.Target == reference)
            || reference.Parent is IArgumentOperation { Parameter.RefKind: not RefKind.None } or ITupleOperation);
}

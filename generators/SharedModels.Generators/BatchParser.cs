using Microsoft.CodeAnalysis;
using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>Determines which inputs a class runs in batches.</summary>
internal static class BatchParser
{
    public const string MaxBatchSize = nameof(MaxBatchSize);
    public const string BatchFailure = nameof(BatchFailure);

    /// <summary>Returns the names of the batch settings of an attribute if its class is not a batch model, otherwise nothing.</summary>
    public static string UnusedSettings(AttributeData attribute, INamedTypeSymbol type) => type.AllInterfaces.Any(IsBatchInterface)
        ? ""
        : string.Join(" and ", attribute.NamedArguments
            .Select(static argument => argument.Key)
            .Where(static name => name is MaxBatchSize or BatchFailure));

    /// <summary>
    /// Returns the types of inputs that generated code can name. A type of input with several types of outputs is reported and not
    /// returned, because methods cannot be overloaded by what they return.
    /// </summary>
    public static EquatableArray<BatchTypes> Parse(INamedTypeSymbol type, LocationInfo? location, List<DiagnosticInfo> diagnostics)
    {
        var batches = new List<BatchTypes>();
        var inputs = type.AllInterfaces
            .Where(IsBatchInterface)
            .GroupBy(static part => TypeAccess.SignatureOf(part.TypeArguments[0]), StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            var outputs = input
                .GroupBy(static part => TypeAccess.SignatureOf(part.TypeArguments[1]), StringComparer.Ordinal)
                .Select(static group => group.First())
                .ToList();
            var (first, reach) = (outputs[0], outputs[0].TypeArguments.Min(TypeAccess.ReachOf));
            if (outputs.Count > 1)
                diagnostics.Add(new(
                    DiagnosticDescriptors.AmbiguousOutput,
                    location,
                    type.Name,
                    Shown(first.TypeArguments[0]),
                    string.Join(" and ", outputs.Select(static part => $"'{Shown(part.TypeArguments[1])}'"))));
            else if (reach != Accessibility.Private)
                batches.Add(new(
                    TypeAccess.AnnotatedNameOf(first.TypeArguments[0]),
                    TypeAccess.AnnotatedNameOf(first.TypeArguments[1]),
                    reach == Accessibility.Public));
        }

        return new(batches);
    }

    private static bool IsBatchInterface(INamedTypeSymbol type) =>
        type is { Name: "IBatchModel", Arity: 2 } && type.OriginalDefinition.ToDisplayString() == KnownNames.BatchModel;

    private static string Shown(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
}

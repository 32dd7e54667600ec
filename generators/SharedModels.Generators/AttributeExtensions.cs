using Microsoft.CodeAnalysis;

namespace SharedModels.Generators;

/// <summary>Extensions that read attributes.</summary>
internal static class AttributeExtensions
{
    public static bool Is(this AttributeData attribute, string name) =>
        attribute.AttributeClass is { } type && name.EndsWith(type.Name, StringComparison.Ordinal) && type.ToDisplayString() == name;

    public static bool Has(this ISymbol symbol, string attributeName) =>
        symbol.GetAttributes().Any(attribute => attribute.Is(attributeName));

    /// <summary>Returns the constructor argument, or <see langword="null"/> if there is not exactly one.</summary>
    public static TypedConstant? Argument(this AttributeData attribute) =>
        attribute.ConstructorArguments.Length == 1 ? attribute.ConstructorArguments[0] : null;
}

using Microsoft.CodeAnalysis;

namespace SharedModels.Generators;

/// <summary>Reads attributes.</summary>
internal static class AttributeExtensions
{
    public static bool Is(this AttributeData attribute, string name) =>
        attribute.AttributeClass is { } type && name.EndsWith(type.Name, StringComparison.Ordinal) && type.ToDisplayString() == name;

    public static bool Has(this ISymbol symbol, string attributeName) =>
        symbol.GetAttributes().Any(attribute => attribute.Is(attributeName));

    /// <summary>The only argument of its constructor; <see langword="null"/> if there are none, or several.</summary>
    public static TypedConstant? Argument(this AttributeData attribute) =>
        attribute.ConstructorArguments.Length == 1 ? attribute.ConstructorArguments[0] : null;
}

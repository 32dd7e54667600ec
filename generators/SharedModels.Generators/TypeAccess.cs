using Microsoft.CodeAnalysis;

namespace SharedModels.Generators;

/// <summary>Whether and how generated code, which stands elsewhere in the assembly, can name a type.</summary>
internal static class TypeAccess
{
    private static readonly SymbolDisplayFormat FullName =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>The name that C# code can use anywhere, with the nullable annotations of its type arguments but none of its own.</summary>
    public static string NameOf(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(FullName);

    public static bool CanName(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => CanName(array.ElementType),
        INamedTypeSymbol named =>
            AccessibilityOf(named) != Accessibility.Private && !IsObsoleteError(named) && named.TypeArguments.All(CanName),
        _ => type.TypeKind is TypeKind.Dynamic or TypeKind.Error,
    };

    /// <summary>Public, internal, or private if generated code elsewhere in the assembly cannot name the type.</summary>
    public static Accessibility AccessibilityOf(INamedTypeSymbol type)
    {
        var accessibility = Accessibility.Public;
        for (INamedTypeSymbol? part = type; part is not null; part = part.ContainingType)
        {
            if (part.IsFileLocal
                || part.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
                return Accessibility.Private;
            if (part.DeclaredAccessibility is not (Accessibility.Public or Accessibility.NotApplicable))
                accessibility = Accessibility.Internal;
        }

        return accessibility;
    }

    /// <summary>Whether using it is an error that no pragma silences.</summary>
    public static bool IsObsoleteError(ISymbol symbol)
    {
        for (var part = symbol; part is not null and not INamespaceSymbol; part = part.ContainingType)
        {
            if (part
                .GetAttributes()
                .Any(static attribute => attribute.Is(KnownNames.ObsoleteAttribute) && attribute.ConstructorArguments.Any(
                    static argument => argument.Value is true)))
                return true;
        }

        return false;
    }
}

using Microsoft.CodeAnalysis;

namespace SharedModels.Generators;

/// <summary>Determines whether and how generated code can refer to a type from elsewhere in the assembly.</summary>
internal static class TypeAccess
{
    private static readonly SymbolDisplayFormat FullName =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
            SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Signature =
        SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.ExpandValueTuple);

    /// <summary>
    /// Returns the fully qualified name, with the nullable annotations of its type arguments but without its own annotation.
    /// </summary>
    public static string NameOf(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(FullName);

    /// <summary>Returns the fully qualified name with all nullable annotations.</summary>
    public static string AnnotatedNameOf(ITypeSymbol type) => type.ToDisplayString(FullName);

    /// <summary>Returns a name that is the same for types that overloads of a method cannot tell apart.</summary>
    public static string SignatureOf(ITypeSymbol type) => string.Concat(type.ToDisplayParts(Signature).Select(
        static part => part.Symbol is IDynamicTypeSymbol ? "object" : part.ToString()));

    public static bool CanName(ITypeSymbol type) => ReachOf(type) != Accessibility.Private;

    /// <summary>Returns public or internal, or private if generated code elsewhere in the assembly cannot name the type.</summary>
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

    /// <summary>
    /// Returns the accessibility of a type with its elements and type arguments, or private if generated code cannot name one of them. The
    /// compiler reports unknown types, so they count as public.
    /// </summary>
    public static Accessibility ReachOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
            return ReachOf(array.ElementType);
        if (type.TypeKind is TypeKind.Dynamic or TypeKind.Error)
            return Accessibility.Public;
        if (type is not INamedTypeSymbol named || IsObsoleteError(named))
            return Accessibility.Private;
        var parts = named.TypeArguments.Select(ReachOf).Append(AccessibilityOf(named));
        return named.ContainingType is { } outer ? parts.Append(ReachOf(outer)).Min() : parts.Min();
    }

    /// <summary>Indicates whether using the symbol is an error that a pragma cannot suppress.</summary>
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

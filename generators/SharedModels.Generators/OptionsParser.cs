using Microsoft.CodeAnalysis;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>Determines which properties of a class can be bound to the configuration without reflection, and how.</summary>
internal static class OptionsParser
{
    /// <summary>Returns the classes and their nested classes, each once.</summary>
    public static EquatableArray<OptionsClass> Parse(IEnumerable<INamedTypeSymbol> types)
    {
        var classes = new List<OptionsClass>();
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var open = new Queue<INamedTypeSymbol>(types.Where(seen.Add));
        while (open.Count > 0)
        {
            var type = open.Dequeue();
            var properties = new List<OptionsProperty>();
            foreach (var property in PropertiesOf(type))
            {
                if (Parse(property) is not { } parsed)
                    continue;
                properties.Add(parsed);
                if (parsed.Shape == OptionsShape.Class
                    && property.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) is INamedTypeSymbol nested
                    && seen.Add(nested))
                    open.Enqueue(nested);
            }

            classes.Add(new(TypeAccess.NameOf(type), TypeAccess.SignatureOf(type), new(properties)));
        }

        return new(classes);
    }

    /// <summary>Returns the public properties, including those of base classes. A hidden property is not returned.</summary>
    private static IEnumerable<IPropertySymbol> PropertiesOf(INamedTypeSymbol type)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (INamedTypeSymbol? part = type; part is { SpecialType: not SpecialType.System_Object }; part = part.BaseType)
        {
            foreach (var property in part.GetMembers().OfType<IPropertySymbol>())
            {
                if (property is
                {
                    IsStatic: false,
                    IsIndexer: false,
                    DeclaredAccessibility: Accessibility.Public,
                    GetMethod.DeclaredAccessibility: Accessibility.Public,
                }
                    && !TypeAccess.IsObsoleteError(property)
                    && TypeAccess.CanName(property.Type)
                    && names.Add(property.Name))
                    yield return property;
            }
        }
    }

    private static OptionsProperty? Parse(IPropertySymbol property)
    {
        var canSet = property.SetMethod is { IsInitOnly: false, DeclaredAccessibility: Accessibility.Public };
        if (ParserOf(property.Type) is { } parser)
            return canSet ? new(property.Name, OptionsShape.Value, parser, canSet, "") : null;
        if (property.Type is IArrayTypeSymbol { Rank: 1 } array)
            return canSet ? ListOf(property, array.ElementType, canSet, "ToArray") : null;
        if (property.Type is not INamedTypeSymbol type)
            return null;
        return type.OriginalDefinition.ToDisplayString() switch
        {
            "System.Collections.Generic.List<T>" or "System.Collections.Generic.IList<T>" or "System.Collections.Generic.ICollection<T>" =>
                ListOf(property, type.TypeArguments[0], canSet, "ToList"),
            "System.Collections.Generic.HashSet<T>" => ListOf(property, type.TypeArguments[0], canSet, "ToHashSet"),
            "System.Collections.Generic.IEnumerable<T>" or "System.Collections.Generic.IReadOnlyList<T>"
                or "System.Collections.Generic.IReadOnlyCollection<T>" =>
                canSet ? ListOf(property, type.TypeArguments[0], canSet, "ToArray") : null,
            "System.Collections.Generic.Dictionary<TKey, TValue>" or "System.Collections.Generic.IDictionary<TKey, TValue>" =>
                type.TypeArguments[0].SpecialType == SpecialType.System_String && ParserOf(type.TypeArguments[1]) is { } value
                    ? new(property.Name, OptionsShape.Dictionary, value, canSet, TypeAccess.NameOf(type.TypeArguments[1]))
                    : null,
            _ => IsNested(type) ? new(property.Name, OptionsShape.Class, "", canSet && CanConstruct(type), TypeAccess.NameOf(type)) : null,
        };
    }

    private static OptionsProperty? ListOf(IPropertySymbol property, ITypeSymbol item, bool canSet, string conversion) =>
        ParserOf(item) is { } parser ? new(property.Name, OptionsShape.List, parser, canSet, conversion) : null;

    /// <summary>
    /// Returns the expression that parses a value from <c>text</c>, or <see langword="null"/> if the type is not written as one text.
    /// </summary>
    private static string? ParserOf(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return ParserOf(nullable.TypeArguments[0]) is { } parser
                ? $"text.Length == 0 ? ({TypeAccess.NameOf(type)})null : {parser}"
                : null;
        var name = TypeAccess.NameOf(type);
        if (type.SpecialType == SpecialType.System_String)
            return "text";
        if (type.SpecialType == SpecialType.System_Boolean)
            return "bool.Parse(text)";
        if (type.SpecialType == SpecialType.System_Char)
            return "char.Parse(text)";
        if (type.TypeKind == TypeKind.Enum)
            return $"global::System.Enum.Parse<{name}>(text, ignoreCase: true)";
        if (name == "global::System.Uri")
            return "new global::System.Uri(text, global::System.UriKind.RelativeOrAbsolute)";

        if (name == "global::System.TimeSpan")
            return "ParseTime(text)";

        // Numbers, Guid, dates and other types that can parse themselves.
        return type.AllInterfaces.Any(part =>
            part.OriginalDefinition.ToDisplayString() == "System.IParsable<TSelf>"
                && SymbolEqualityComparer.Default.Equals(part.TypeArguments[0], type))
            ? $"Parse<{name}>(text)"
            : null;
    }

    /// <summary>Indicates whether the class appears to be a settings class. Classes of the framework are not.</summary>
    private static bool IsNested(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, SpecialType: SpecialType.None, IsAbstract: false }
        && type.AllInterfaces.All(static part => part.SpecialType != SpecialType.System_Collections_IEnumerable)
        && !TypeAccess.NameOf(type).StartsWith("global::System.", StringComparison.Ordinal);

    private static bool CanConstruct(INamedTypeSymbol type) =>
        type.InstanceConstructors.Any(
            static constructor => constructor is { Parameters.IsEmpty: true, DeclaredAccessibility: Accessibility.Public })
        && !type.GetMembers().Any(static member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true });
}

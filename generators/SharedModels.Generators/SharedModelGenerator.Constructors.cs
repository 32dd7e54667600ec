using Microsoft.CodeAnalysis;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

public sealed partial class SharedModelGenerator
{
    /// <summary>
    /// Returns the constructor that is marked for the container, or else the one with the most parameters. If none is usable, returns the
    /// reason.
    /// </summary>
    private static (IMethodSymbol? Constructor, string Obstacle) ChooseConstructor(INamedTypeSymbol type)
    {
        var isPublic = TypeAccess.AccessibilityOf(type) == Accessibility.Public;
        var constructors = type.InstanceConstructors
            .Where(constructor =>
                constructor.DeclaredAccessibility == Accessibility.Public
                    || (!isPublic && constructor.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedOrInternal))
            .OrderByDescending(static constructor => constructor.Has(KnownNames.ActivatorUtilitiesConstructorAttribute))
            .ThenByDescending(static constructor => constructor.DeclaredAccessibility == Accessibility.Public)
            .ThenBy(static constructor => constructor.Parameters.Any(IsHardlyAService))
            .ThenByDescending(static constructor => constructor.Parameters.Length)
            .ToList();
        if (constructors.Count == 0)
            return (
                null,
                isPublic
                    ? "it has no public constructor; add one that takes the services it needs"
                    : "it has only private constructors; add an accessible one that takes the services it needs");
        var obstacle = ObstacleOf(type, constructors[0]);
        if (obstacle is null || constructors[0].Has(KnownNames.ActivatorUtilitiesConstructorAttribute))
            return (obstacle is null ? constructors[0] : null, obstacle ?? "");
        return (constructors.Find(constructor => ObstacleOf(type, constructor) is null), obstacle);
    }

    private static string? ObstacleOf(INamedTypeSymbol type, IMethodSymbol constructor)
    {
        if (constructor.IsVararg)
            return "the constructor takes a variable list of arguments; add one that takes services";
        if (TypeAccess.IsObsoleteError(constructor))
            return "the constructor is marked [Obsolete] as an error; add one that is not obsolete";
        if (!constructor.Has(KnownNames.SetsRequiredMembersAttribute) && RequiredMemberOf(type) is { } member)
            return $"member '{member}' is required; set it in a constructor with [SetsRequiredMembers]";
        foreach (var parameter in constructor.Parameters.Where(static parameter => !IsOmitted(parameter)))
        {
            if (parameter.RefKind is not (RefKind.None or RefKind.In))
                return $"parameter '{parameter.Name}' is passed by reference; pass the service by value";
            if (IsId(parameter) && parameter.Type.SpecialType is not (SpecialType.System_String or SpecialType.System_Object))
                return $"parameter '{parameter.Name}' with [ServiceKey] receives the model's id; change its type to string";
            if (parameter.Type.IsRefLikeType || !TypeAccess.CanName(parameter.Type))
                return $"the type of parameter '{parameter.Name}' cannot be a service; use a class or an interface that generated code "
                + "can name";

            // An application that references the library of a public model constructs it, too.
            if (KeyOf(parameter)?.Argument() is { } key && CSharpLiteral.Of(key, TypeAccess.AccessibilityOf(type)) is null)
                return $"the key of parameter '{parameter.Name}' cannot be written in generated code; use a string, a number, or an enum "
                + "or a type that is as accessible as the model";
        }

        return null;
    }

    private static string? RequiredMemberOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? part = type; part is not null; part = part.BaseType)
        {
            if (part.GetMembers().FirstOrDefault(
                static member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }) is { } member)
                return member.Name;
        }

        return null;
    }

    private static ConstructorParameter Parse(IParameterSymbol parameter)
    {
        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : parameter.Type;
        var key = KeyOf(parameter);
        var literal = key?.Argument() is { IsNull: false } argument ? CSharpLiteral.Of(argument, Accessibility.Internal) : null;
        return new ConstructorParameter(
            parameter.Name,
            TypeAccess.NameOf(type),
            type.IsValueType,
            parameter.Type.IsValueType || parameter.NullableAnnotation != NullableAnnotation.NotAnnotated,
            literal,
            key is { ConstructorArguments.IsEmpty: true },
            IsId(parameter),
            OptionsOf(parameter) is { } options ? TypeAccess.NameOf(options) : null,
            parameter.HasExplicitDefaultValue ? CSharpLiteral.Of(parameter.Type, parameter.ExplicitDefaultValue) : null);
    }

    /// <summary>
    /// Indicates whether the argument is omitted in generated code. Without a key, the container has no strings or values. Of the
    /// collections of <c>params</c>, it has only <c>IEnumerable</c>.
    /// </summary>
    private static bool IsOmitted(IParameterSymbol parameter) =>
        (parameter.IsParams && parameter.Type.OriginalDefinition.SpecialType != SpecialType.System_Collections_Generic_IEnumerable_T)
        || (parameter.HasExplicitDefaultValue
            && (parameter.Type.IsValueType || parameter.Type.SpecialType == SpecialType.System_String)
            && !IsId(parameter)
            && (KeyOf(parameter) is not { } key || key.Argument() is { IsNull: true }));

    /// <summary>
    /// Indicates whether the parameter is a string or a value without a key, which is unlikely to be registered in a container.
    /// </summary>
    private static bool IsHardlyAService(IParameterSymbol parameter) =>
        (parameter.Type.IsValueType || parameter.Type.SpecialType == SpecialType.System_String)
        && !IsOmitted(parameter)
        && !IsId(parameter)
        && KeyOf(parameter) is null;

    private static bool IsId(IParameterSymbol parameter) => parameter.Has(KnownNames.ServiceKeyAttribute);

    /// <summary>
    /// Returns the model's own options class: the argument of an <c>IOptionsMonitor</c> without a key. <c>IOptions</c> contains the
    /// application's options, as in any class.
    /// </summary>
    private static INamedTypeSymbol? OptionsOf(IParameterSymbol parameter) =>
        parameter.Type is INamedTypeSymbol { TypeArguments.Length: 1 } monitor
        && monitor.TypeArguments[0] is INamedTypeSymbol { IsReferenceType: true } options
        && monitor.OriginalDefinition.ToDisplayString() == KnownNames.OptionsMonitor
        && KeyOf(parameter) is null
            ? options
            : null;

    private static AttributeData? KeyOf(IParameterSymbol parameter) =>
        parameter.GetAttributes().FirstOrDefault(static attribute => attribute.Is(KnownNames.FromKeyedServicesAttribute));
}

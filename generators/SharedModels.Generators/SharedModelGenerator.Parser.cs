using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

public sealed partial class SharedModelGenerator
{
    /// <summary>Reads what has to be known of a class; <see langword="null"/> if generated code could not construct it.</summary>
    private static ModelClass? Parse(INamedTypeSymbol type)
    {
        var accessibility = AccessibilityOf(type);
        if (type.IsAbstract || type.IsStatic || type.IsGenericType || accessibility == Accessibility.Private || ChooseConstructor(type) is not { } constructor)
            return null;
        return new ModelClass(
            type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            type.Name,
            accessibility == Accessibility.Public,
            new(type.GetAttributes().Where(static attribute => Is(attribute, KnownNames.SharedModelAttribute)).Select(attribute => Parse(attribute, type))),
            new(constructor.Parameters.Where(static parameter => !IsOmitted(parameter)).Select(Parse)));
    }

    private static ModelRegistration Parse(AttributeData attribute, INamedTypeSymbol type)
    {
        var id = attribute.ConstructorArguments.Length == 1 ? attribute.ConstructorArguments[0].Value as string : null;
        string? device = null, keepAlive = null;
        int? maxLeases = null;
        foreach (var argument in attribute.NamedArguments)
        {
            switch (argument.Key)
            {
                case "Device":
                    device = argument.Value.Type?.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => Equals(field.ConstantValue, argument.Value.Value))?.Name;
                    break;
                case "KeepAlive":
                    keepAlive = argument.Value.Value as string;
                    break;
                case "MaxLeases":
                    maxLeases = argument.Value.Value as int?;
                    break;
            }
        }

        return new ModelRegistration(id ?? type.Name, device, keepAlive, maxLeases);
    }

    private static ConstructorParameter Parse(IParameterSymbol parameter)
    {
        var key = parameter.GetAttributes().FirstOrDefault(static attribute => Is(attribute, KnownNames.FromKeyedServicesAttribute));
        return new ConstructorParameter(
            parameter.Name,
            parameter.Type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            key is { ConstructorArguments.Length: 1 } ? key.ConstructorArguments[0].ToCSharpString() : null,
            parameter.HasExplicitDefaultValue);
    }

    /// <summary>The constructor marked for the container, or else the public one that takes most from it.</summary>
    private static IMethodSymbol? ChooseConstructor(INamedTypeSymbol type)
    {
        var constructors = type.InstanceConstructors.Where(static constructor => constructor.DeclaredAccessibility == Accessibility.Public).ToList();
        return constructors.Find(static constructor => constructor.GetAttributes().Any(static attribute => Is(attribute, KnownNames.ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.OrderByDescending(static constructor => constructor.Parameters.Length).FirstOrDefault();
    }

    /// <summary>Whether the default value is left to the compiler: the container has no numbers or flags.</summary>
    private static bool IsOmitted(IParameterSymbol parameter) => parameter.HasExplicitDefaultValue && parameter.Type.IsValueType;

    /// <summary>Public, internal, or private if generated code elsewhere in the assembly cannot name the type.</summary>
    private static Accessibility AccessibilityOf(INamedTypeSymbol type)
    {
        var accessibility = Accessibility.Public;
        for (INamedTypeSymbol? part = type; part is not null; part = part.ContainingType)
        {
            if (part.IsFileLocal || part.DeclaredAccessibility is Accessibility.Private or Accessibility.Protected or Accessibility.ProtectedAndInternal)
                return Accessibility.Private;
            if (part.DeclaredAccessibility != Accessibility.Public)
                accessibility = Accessibility.Internal;
        }

        return accessibility;
    }

    /// <summary>The models of all referenced libraries, in the order of their assemblies' names.</summary>
    private static EquatableArray<ModelClass> ReadReferences(Compilation compilation, CancellationToken cancellationToken)
    {
        var models = new List<ModelClass>();
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols.OrderBy(static assembly => assembly.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!assembly.Modules.First().ReferencedAssemblies.Any(static reference => reference.Name == KnownNames.AbstractionsAssembly))
                continue;
            models.AddRange(assembly.GetAttributes()
                .Where(static attribute => Is(attribute, KnownNames.SharedModelExportAttribute))
                .Select(static attribute => attribute.ConstructorArguments[0].Value)
                .OfType<INamedTypeSymbol>()
                .Select(Parse)
                .OfType<ModelClass>()
                .OrderBy(static model => model.TypeName, StringComparer.Ordinal));
        }

        return new(models);
    }

    private static bool Is(AttributeData attribute, string name) => attribute.AttributeClass?.ToDisplayString() == name;
}

using System.Globalization;
using Microsoft.CodeAnalysis;
using SharedModels.Configuration;
using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

public sealed partial class SharedModelGenerator
{
    // The values of SharedModelAttribute.PerProcessor and SharedModelAttribute.All.
    private const int PerProcessor = -1, AllDevices = -1;

    // The largest MaxBatchSize that the validator of the options accepts.
    private const int LargestBatch = 65_536;

    /// <summary>Parses a class and collects its problems.</summary>
    internal static ParsedModel Parse(INamedTypeSymbol type)
    {
        var diagnostics = new List<DiagnosticInfo>();
        var attributes = type.GetAttributes()
            .Where(static attribute => attribute.Is(KnownNames.SharedModelAttribute))
            .OrderBy(static attribute => attribute.ApplicationSyntaxReference?.SyntaxTree.FilePath, StringComparer.Ordinal)
            .ToList();
        var typeLocation = attributes.Select(LocationOf).FirstOrDefault();
        if (ObstacleOf(type) is { } reason)
            return new(null, default, new([new(DiagnosticDescriptors.UnusableClass, typeLocation, type.Name, reason)]));
        var (constructor, obstacle) = ChooseConstructor(type);
        if (constructor is null)
            return new(null, default, new([new(DiagnosticDescriptors.NoUsableConstructor, typeLocation, type.Name, obstacle)]));

        var registrations = new List<ModelRegistration>();
        var locations = new List<LocationInfo>();
        foreach (var attribute in attributes)
        {
            if (Parse(attribute, type, diagnostics) is not { } registration)
                continue;
            registrations.Add(registration);
            if (LocationOf(attribute) is { } location)
                locations.Add(location);
        }

        var kind = KindOf(type);
        if (kind == ModelKind.HostOnly && DerivesFrom(type, KnownNames.InferenceSession))
            diagnostics.Add(new(DiagnosticDescriptors.UncountedSession, typeLocation, type.Name));
        var parameters = constructor.Parameters.Where(static parameter => !IsOmitted(parameter)).ToList();
        var model = registrations.Count == 0 ? null : new ModelClass(
            TypeAccess.NameOf(type),
            type.Name,
            type.ContainingAssembly.Name,
            TypeAccess.AccessibilityOf(type) == Accessibility.Public,
            kind,
            new(registrations),
            new(parameters.Select(Parse)),
            OptionsParser.Parse(parameters.Select(OptionsOf).OfType<INamedTypeSymbol>()),
            BatchParser.Parse(type, typeLocation, diagnostics));
        return new(model, new(locations), new(diagnostics));
    }

    private static string? ObstacleOf(INamedTypeSymbol type)
    {
        if (type.IsStatic)
            return "static";
        if (type.IsAbstract)
            return "abstract";
        if (type.TypeKind != TypeKind.Class)
            return "a struct";
        for (INamedTypeSymbol? part = type; part is not null; part = part.ContainingType)
        {
            if (part.TypeParameters.Length > 0)
                return SymbolEqualityComparer.Default.Equals(part, type) ? "generic" : "nested in a generic class";
        }

        if (TypeAccess.AccessibilityOf(type) == Accessibility.Private)
            return "private to a class or a file";
        return TypeAccess.IsObsoleteError(type) ? "obsolete, and using it is an error" : null;
    }

    private static string KindOf(INamedTypeSymbol type)
    {
        if (type.AllInterfaces.Any(static part => part.ToDisplayString() == KnownNames.PlacedModel))
            return ModelKind.PlacedModel;
        if (type.AllInterfaces.Any(static part => part.ToDisplayString() == KnownNames.SharedModel))
            return ModelKind.SharedModel;
        return DerivesFrom(type, KnownNames.TorchModule) ? ModelKind.TorchModule : ModelKind.HostOnly;
    }

    private static bool DerivesFrom(INamedTypeSymbol type, string baseType)
    {
        for (var part = type.BaseType; part is not null; part = part.BaseType)
        {
            if (part.ToDisplayString() == baseType)
                return true;
        }

        return false;
    }

    private static ModelRegistration? Parse(AttributeData attribute, INamedTypeSymbol type, List<DiagnosticInfo> diagnostics)
    {
        var id = attribute.Argument() is { Value: string given } ? given : type.Name;
        string? device = null, keepAlive = null, batchFailure = null;
        int? maxLeases = null, maxReplicas = null, maxBatchSize = null;
        foreach (var argument in attribute.NamedArguments)
        {
            switch (argument.Key, argument.Value.Value)
            {
                case ("Device", { } value):
                    device = MemberOf(argument.Value);
                    if (device is null)
                        diagnostics.Add(Invalid(DiagnosticDescriptors.InvalidDevice, attribute, value, type));
                    break;
                case ("KeepAlive", string time) when !IsTime(time):
                    diagnostics.Add(Invalid(DiagnosticDescriptors.InvalidKeepAlive, attribute, time, type));
                    break;
                case ("KeepAlive", string time):
                    keepAlive = time;
                    break;
                case ("MaxLeases", (< 1 and not PerProcessor) and int number):
                    diagnostics.Add(Invalid(DiagnosticDescriptors.InvalidMaxLeases, attribute, number, type));
                    break;
                case ("MaxLeases", int number):
                    maxLeases = number;
                    break;
                case ("MaxReplicas", (< 1 and not AllDevices) and int number):
                    diagnostics.Add(Invalid(DiagnosticDescriptors.InvalidMaxReplicas, attribute, number, type));
                    break;
                case ("MaxReplicas", int number):
                    maxReplicas = number;
                    break;
                case (BatchParser.MaxBatchSize, (< 1 or > LargestBatch) and int number):
                    diagnostics.Add(Invalid(DiagnosticDescriptors.InvalidMaxBatchSize, attribute, number, type));
                    break;
                case (BatchParser.MaxBatchSize, int number):
                    maxBatchSize = number;
                    break;
                case (BatchParser.BatchFailure, { } value):
                    batchFailure = MemberOf(argument.Value);
                    if (batchFailure is null)
                        diagnostics.Add(Invalid(DiagnosticDescriptors.InvalidBatchFailure, attribute, value, type));
                    break;
            }
        }

        if (BatchParser.UnusedSettings(attribute, type) is { Length: > 0 } unused)
            diagnostics.Add(new(DiagnosticDescriptors.UnusedBatchSetting, LocationOf(attribute), unused, type.Name));
        if (ModelId.IsValid(id))
            return new ModelRegistration(id, device, keepAlive, maxLeases, maxReplicas, maxBatchSize, batchFailure);
        diagnostics.Add(new(DiagnosticDescriptors.InvalidId, LocationOf(attribute), CSharpLiteral.Of(id).Trim('"'), type.Name));
        return null;
    }

    /// <summary>Returns the name of the member of an enum that has the value, or <see langword="null"/> if none has it.</summary>
    private static string? MemberOf(TypedConstant constant) => constant.Type
        ?.GetMembers()
        .OfType<IFieldSymbol>()
        .FirstOrDefault(field => Equals(field.ConstantValue, constant.Value))?.Name;

    private static DiagnosticInfo Invalid(DiagnosticDescriptor descriptor, AttributeData attribute, object value, INamedTypeSymbol type) =>
        new(descriptor, LocationOf(attribute), Convert.ToString(value, CultureInfo.InvariantCulture), type.Name);

    private static bool IsTime(string text) => TimeText.TryParse(text, out var time) && time >= TimeSpan.Zero;

    /// <summary>Returns the location of an attribute, or <see langword="null"/> in a referenced library.</summary>
    private static LocationInfo? LocationOf(AttributeData attribute) =>
        attribute.ApplicationSyntaxReference is { } syntax ? LocationInfo.From(syntax.SyntaxTree.GetLocation(syntax.Span)) : null;
}

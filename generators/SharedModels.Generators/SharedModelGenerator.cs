using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Emission;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>
/// Finds the classes with <c>[SharedModel]</c>. A library gets an assembly attribute for each, by which applications find it; an application, which
/// is what references the manager, gets <c>AddSharedModels()</c> and typed accessors for its own models and those of the libraries it references.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed partial class SharedModelGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Marks what is emitted as this assembly's alone: a test project that sees the application's internals shall not see two AddSharedModels.
        context.RegisterPostInitializationOutput(static output => output.AddEmbeddedAttributeDefinition());

        var parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.SharedModelAttribute,
                static (node, _) => node is ClassDeclarationSyntax or RecordDeclarationSyntax,
                static (model, _) => Parse((INamedTypeSymbol)model.TargetSymbol))
            .WithTrackingName(TrackingNames.ParsedModels)
            .Collect();

        var models = parsed
            .Select(static (found, _) => Order(found))
            .WithTrackingName(TrackingNames.Models);

        var excluded = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.ExcludeSharedModelsAttribute,
                static (node, _) => node is CompilationUnitSyntax,
                static (unit, _) => new EquatableArray<ExcludedLibrary>(unit.Attributes.Select(Exclude).OfType<ExcludedLibrary>()))
            .WithTrackingName(TrackingNames.ExcludedLibraries)
            .Collect()
            .Select(static (found, _) => new EquatableArray<ExcludedLibrary>(found.SelectMany(static libraries => libraries).OrderBy(static library => library.Name, StringComparer.Ordinal)))
            .WithTrackingName(TrackingNames.Excluded);

        // Without their places, so that moving an attribute changes no output.
        var excludedNames = excluded
            .Select(static (libraries, _) => new EquatableArray<string>(libraries.Select(static library => library.Name)))
            .WithTrackingName(TrackingNames.ExcludedNames);

        var exported = context.CompilationProvider
            .Select(ReferencedModels.Read)
            .WithTrackingName(TrackingNames.ExportedModels);

        var referenced = exported.Combine(excludedNames)
            .Select(static (input, _) => Application.Without(input.Left, input.Right))
            .WithTrackingName(TrackingNames.ReferencedModels);

        var packages = context.CompilationProvider
            .Select(static (compilation, _) => new Packages(
                compilation.GetTypeByMetadataName(KnownNames.Builder) is not null,
                compilation.GetTypeByMetadataName(KnownNames.TorchExtensions) is not null))
            .WithTrackingName(TrackingNames.Packages);

        var application = models.Combine(referenced).Combine(packages)
            .Select(static (input, _) => input.Right.IsApplication ? Application.Join(input.Left.Left, input.Left.Right, input.Right) : null)
            .WithTrackingName(TrackingNames.Application);

        var registered = application
            .Select(static (all, _) => all?.Models)
            .WithTrackingName(TrackingNames.RegisteredModels);

        var problems = parsed.Combine(exported).Combine(excluded).Combine(packages).Combine(application)
            .Select(static (input, _) => Application.Diagnose(input.Left.Left.Left.Left, input.Left.Left.Left.Right, input.Left.Left.Right, input.Left.Right, input.Right))
            .WithTrackingName(TrackingNames.Problems);

        var diagnostics = parsed.Combine(referenced).Combine(packages)
            .Select(static (input, _) => Diagnose(input.Left.Left, input.Right.IsApplication ? input.Left.Right : default))
            .WithTrackingName(TrackingNames.Diagnostics);

        context.RegisterSourceOutput(models, static (output, own) => Add(output, "SharedModels.Exports.g.cs", ExportsSource.Emit(own)));
        context.RegisterSourceOutput(registered, static (output, all) =>
        {
            if (all is not { } models)
                return;
            var accessors = Accessor.For(models);
            Add(output, "SharedModels.AddSharedModels.g.cs", RegistrationSource.Emit(models));
            Add(output, "SharedModels.ModelLeases.g.cs", LeasesSource.Emit(accessors));
            Add(output, "SharedModels.SharedModelIds.g.cs", IdsSource.Emit(accessors));
            Add(output, "SharedModels.SharedModelFetches.g.cs", FetchesSource.Emit(accessors));
            Add(output, "SharedModels.SharedModelCatalog.g.cs", CatalogSource.Emit(accessors));
            Add(output, "SharedModels.ModelOptions.g.cs", OptionsSource.Emit(models));
        });
        context.RegisterSourceOutput(problems, Report);
        context.RegisterSourceOutput(diagnostics, Report);
    }

    private static void Report(SourceProductionContext output, EquatableArray<DiagnosticInfo> found)
    {
        foreach (var diagnostic in found)
            output.ReportDiagnostic(diagnostic.ToDiagnostic());
    }

    private static ExcludedLibrary? Exclude(AttributeData attribute) => attribute.Argument() is { Value: string name } ? new(name, LocationOf(attribute)) : null;

    private static void Add(SourceProductionContext output, string hintName, string? source)
    {
        if (source is not null)
            output.AddSource(hintName, SourceText.From(source, System.Text.Encoding.UTF8));
    }

    /// <summary>Each class once, however many parts of it carry attributes, in an order that does not depend on files.</summary>
    private static EquatableArray<ModelClass> Order(ImmutableArray<ParsedModel> found) => new(Distinct(found).Select(static parsed => parsed.Model!));

    private static IEnumerable<ParsedModel> Distinct(ImmutableArray<ParsedModel> found) => found
        .Where(static parsed => parsed.Model is not null)
        .GroupBy(static parsed => parsed.Model!.TypeName)
        .Select(static group => group.First())
        .OrderBy(static parsed => parsed.Model!.TypeName, StringComparer.Ordinal);

    /// <summary>What is wrong with the classes, and which ids are given again.</summary>
    private static EquatableArray<DiagnosticInfo> Diagnose(ImmutableArray<ParsedModel> found, EquatableArray<ModelClass> referenced)
    {
        var diagnostics = found.SelectMany(static parsed => parsed.Diagnostics).Distinct().ToList();
        var own = Distinct(found).SelectMany(static parsed => parsed.Model!.Registrations.Select((registration, i) => (parsed.Model, registration.Id, Location: (LocationInfo?)parsed.Locations[i])));
        var others = referenced.SelectMany(static model => model.Registrations.Select(registration => (Model: model, registration.Id, Location: (LocationInfo?)null)));
        foreach (var holders in own.Concat(others!).GroupBy(static holder => holder.Id, StringComparer.OrdinalIgnoreCase))
        {
            var first = holders.First();
            foreach (var (model, id, location) in holders.Skip(1).Where(_ => first.Location is not null))
                diagnostics.Add(new(DiagnosticDescriptors.DuplicateId, location ?? first.Location, id, model!.Name, first.Model!.Name));
        }

        return new(diagnostics);
    }
}

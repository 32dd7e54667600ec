using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Emission;
using SharedModels.Generators.Model;
using SharedModels.Generators.Reading;

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

        var read = context.CompilationProvider
            .Select(new ModelReader().Read)
            .WithTrackingName(TrackingNames.Read);

        var models = read
            .Select(static (read, _) => Order(read.Parsed))
            .WithTrackingName(TrackingNames.Models);

        var libraries = read
            .Select(static (read, _) => read.Libraries with { Models = Application.Without(read.Libraries.Models, read.Excluded) })
            .WithTrackingName(TrackingNames.Libraries);

        var application = models.Combine(libraries)
            .Select(static (input, _) => input.Right.HasManager ? Application.Join(input.Left, input.Right) : null)
            .WithTrackingName(TrackingNames.Application);

        var registered = application
            .Select(static (all, _) => all?.Models)
            .WithTrackingName(TrackingNames.RegisteredModels);

        var problems = read.Combine(libraries).Combine(application)
            .Select(static (input, _) => input.Right is { } all ? Application.Diagnose(input.Left.Left, input.Left.Right, all) : default)
            .WithTrackingName(TrackingNames.Problems);

        var diagnostics = read.Combine(libraries)
            .Select(static (input, _) => Diagnose(input.Left.Parsed, input.Right.HasManager ? input.Right.Models : default))
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

    internal static ExcludedLibrary? Exclude(AttributeData attribute) => attribute.Argument() is { Value: string name } ? new(name, LocationOf(attribute)) : null;

    private static void Add(SourceProductionContext output, string hintName, string? source)
    {
        if (source is not null)
            output.AddSource(hintName, SourceText.From(source, System.Text.Encoding.UTF8));
    }

    /// <summary>Each class once, however many parts of it carry attributes, in an order that does not depend on files.</summary>
    private static EquatableArray<ModelClass> Order(EquatableArray<ParsedModel> found) => new(Distinct(found).Select(static parsed => parsed.Model!));

    private static IEnumerable<ParsedModel> Distinct(EquatableArray<ParsedModel> found) => found
        .Where(static parsed => parsed.Model is not null)
        .GroupBy(static parsed => parsed.Model!.TypeName)
        .Select(static group => group.First())
        .OrderBy(static parsed => parsed.Model!.TypeName, StringComparer.Ordinal);

    /// <summary>What is wrong with the classes, and which ids are given again.</summary>
    private static EquatableArray<DiagnosticInfo> Diagnose(EquatableArray<ParsedModel> found, EquatableArray<ModelClass> referenced)
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

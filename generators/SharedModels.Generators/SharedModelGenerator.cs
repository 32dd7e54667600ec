using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Generators.Emission;
using SharedModels.Generators.Model;
using SharedModels.Generators.Reading;

namespace SharedModels.Generators;

/// <summary>
/// Finds the classes with <c>[SharedModel]</c>. In a library, it generates an assembly attribute for each class so that applications
/// can find it. In an application, which is a project that references the manager, it generates <c>AddSharedModels()</c> and typed
/// accessors for the models of the application and of the referenced libraries.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed partial class SharedModelGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // Hides the emitted types from other assemblies. Otherwise a test project that sees the application's internals would see two
        // AddSharedModels methods.
        context.RegisterPostInitializationOutput(static output => output.AddEmbeddedAttributeDefinition());

        var read = context.CompilationProvider
            .Select(new ModelReader().Read)
            .WithTrackingName(TrackingNames.Read);

        var models = read
            .Select(static (read, _) => read.Models)
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
            Add(output, "SharedModels.SharedModelRuns.g.cs", RunsSource.Emit(accessors));
            Add(output, "SharedModels.SharedModelCatalog.g.cs", CatalogSource.Emit(accessors));
            Add(output, "SharedModels.ModelOptions.g.cs", OptionsSource.Emit(models));
        });
    }

    internal static ExcludedLibrary? Exclude(AttributeData attribute) =>
        attribute.Argument() is { Value: string name } ? new(name, LocationOf(attribute)) : null;

    private static void Add(SourceProductionContext output, string hintName, string? source)
    {
        if (source is not null)
            output.AddSource(hintName, SourceText.From(source, System.Text.Encoding.UTF8));
    }
}

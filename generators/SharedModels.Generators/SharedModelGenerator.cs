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

        var registered = models.Combine(libraries)
            .Select(static (input, _) => input.Right.HasManager
                ? MemberNames.For(Application.Join(input.Left, input.Right))
                : (EquatableArray<NamedModel>?)null)
            .WithTrackingName(TrackingNames.RegisteredModels);

        var exports = models
            .Select(static (own, _) => new EquatableArray<string>(
                own.Where(static model => model.IsPublic).Select(static model => model.TypeName)))
            .WithTrackingName(TrackingNames.Exports);

        context.RegisterSourceOutput(exports, static (output, types) => Add(output, "Exports", ExportsSource.Emit(types)));
        RegisterOutputs(context, registered);
    }

    internal static ExcludedLibrary? Exclude(AttributeData attribute) =>
        attribute.Argument() is { Value: string name } ? new(name, LocationOf(attribute)) : null;

    /// <summary>Registers the code of an application. An edit of a model usually changes only the file of the model.</summary>
    private static void RegisterOutputs(
        IncrementalGeneratorInitializationContext context, IncrementalValueProvider<EquatableArray<NamedModel>?> registered)
    {
        var names = registered
            .Select(static (all, _) => all is { } models
                ? new EquatableArray<string>(models.Select(static model => model.Name))
                : (EquatableArray<string>?)null)
            .WithTrackingName(TrackingNames.ModelNames);

        var features = registered
            .Select(static (all, _) => ModelFeatures.Of(all ?? default))
            .WithTrackingName(TrackingNames.ModelFeatures);

        var files = registered
            .SelectMany(static (all, _) => ModelFile.Split(all ?? default))
            .WithTrackingName(TrackingNames.ModelFiles);

        context.RegisterSourceOutput(names, static (output, all) =>
        {
            if (all is not { } names)
                return;
            Add(output, "AddSharedModels", RegistrationSource.Emit(names));
            Add(output, "SharedModelCatalog", CatalogSource.Emit(names));
        });
        context.RegisterSourceOutput(features, static (output, features) =>
        {
            if (features.HasModels)
            {
                Add(output, "ModelLeases", LeasesSource.Declare());
                Add(output, "SharedModelIds", IdsSource.Declare());
                Add(output, "SharedModelFetches", FetchesSource.Declare());
            }

            if (features.HasBatches)
                Add(output, "SharedModelRuns", RunsSource.Declare());
            if (features.HasOptions)
                Add(output, "ModelOptions", OptionsSource.Emit());
        });
        context.RegisterSourceOutput(
            files, static (output, file) => Add(output, $"Models{file.Number:00}", ModelFileSource.Emit(file)));
    }

    private static void Add(SourceProductionContext output, string name, string? source)
    {
        if (source is not null)
            output.AddSource($"SharedModels.{name}.g.cs", SourceText.From(source, System.Text.Encoding.UTF8));
    }
}

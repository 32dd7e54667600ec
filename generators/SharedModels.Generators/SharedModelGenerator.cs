using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>
/// Finds the classes with <c>[SharedModel]</c>. A library gets an assembly attribute for each, by which applications find it; an application, which
/// is what references the manager, gets <c>AddSharedModels()</c> and <c>ModelLeases</c> for its own models and those of the libraries it references.
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

        var referenced = context.CompilationProvider
            .Select(ReferencedModels.Read)
            .WithTrackingName(TrackingNames.ReferencedModels);

        var isApplication = context.CompilationProvider
            .Select(static (compilation, _) => compilation.GetTypeByMetadataName(KnownNames.Builder) is not null)
            .WithTrackingName(TrackingNames.IsApplication);

        var application = models.Combine(referenced).Combine(isApplication)
            .Select(static (input, _) => input.Right ? Join(input.Left.Left, input.Left.Right) : (EquatableArray<ModelClass>?)null)
            .WithTrackingName(TrackingNames.Application);

        context.RegisterSourceOutput(models, static (output, own) => Add(output, "SharedModels.Exports.g.cs", EmitExports(own)));
        context.RegisterSourceOutput(application, static (output, all) =>
        {
            if (all is not { } registered)
                return;
            Add(output, "SharedModels.AddSharedModels.g.cs", EmitRegistration(registered));
            Add(output, "SharedModels.ModelLeases.g.cs", EmitLeases(registered));
        });
    }

    private static void Add(SourceProductionContext output, string hintName, string? source)
    {
        if (source is not null)
            output.AddSource(hintName, SourceText.From(source, System.Text.Encoding.UTF8));
    }

    /// <summary>Each class once, however many parts of it carry attributes, in an order that does not depend on files.</summary>
    private static EquatableArray<ModelClass> Order(ImmutableArray<ParsedModel> found) => new(found
        .Select(static parsed => parsed.Model)
        .OfType<ModelClass>()
        .GroupBy(static model => model.TypeName)
        .Select(static group => group.First())
        .OrderBy(static model => model.TypeName, StringComparer.Ordinal));

    /// <summary>All models with the first registration of each id.</summary>
    private static EquatableArray<ModelClass> Join(EquatableArray<ModelClass> own, EquatableArray<ModelClass> referenced)
    {
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return new(own.Concat(referenced)
            .Select(model => model with { Registrations = new(model.Registrations.Where(registration => ids.Add(registration.Id))) })
            .Where(static model => model.Registrations.Count > 0));
    }
}

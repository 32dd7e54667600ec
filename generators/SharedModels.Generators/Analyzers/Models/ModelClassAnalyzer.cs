using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;
using SharedModels.Generators.Reading;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>
/// Reports the errors that the generator's parser finds in classes, duplicate ids, and the reasons why models of libraries cannot be
/// registered.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModelClassAnalyzer : LeaseAnalyzer
{
    /// <summary>The diagnostic property of a duplicate id that contains an unused id.</summary>
    internal const string FreeId = nameof(FreeId);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        DiagnosticDescriptors.UnusableClass,
        DiagnosticDescriptors.NoUsableConstructor,
        DiagnosticDescriptors.InvalidId,
        DiagnosticDescriptors.DuplicateId,
        DiagnosticDescriptors.InvalidKeepAlive,
        DiagnosticDescriptors.InvalidMaxLeases,
        DiagnosticDescriptors.InvalidDevice,
        DiagnosticDescriptors.InvalidMaxReplicas,
        DiagnosticDescriptors.InvalidMaxBatchSize,
        DiagnosticDescriptors.InvalidBatchFailure,
        DiagnosticDescriptors.UnusedBatchSetting,
        DiagnosticDescriptors.AmbiguousOutput,
        DiagnosticDescriptors.LibrariesClash,
        DiagnosticDescriptors.ClassesClash,
        DiagnosticDescriptors.NoTorchAdapter,
        DiagnosticDescriptors.UncountedSession,
        DiagnosticDescriptors.UnknownLibrary,
    ];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        var models = new ConcurrentBag<ParsedModel>();
        context.RegisterSymbolAction(
            symbol =>
            {
                var type = (INamedTypeSymbol)symbol.Symbol;
                if (!symbols.IsModel(type))
                    return;
                var parsed = SharedModelGenerator.Parse(type);
                models.Add(parsed);
                foreach (var diagnostic in parsed.Diagnostics)
                    symbol.ReportDiagnostic(diagnostic.ToDiagnostic(type.DeclaringSyntaxReferences.Select(static part => part.SyntaxTree)));
            },
            SymbolKind.NamedType);
        context.RegisterCompilationEndAction(end =>
        {
            if (!symbols.IsApplication)
            {
                ReportDuplicates(end, models, referenced: default);
                return;
            }

            var own = models.OrderBy(static parsed => parsed.Model?.TypeName, StringComparer.Ordinal).ToList();
            ReportDuplicates(end, own, ReferencedModels.ReadIncluded(end.Compilation, end.CancellationToken));
            foreach (var problem in Application.Diagnose(
                own, ReferencedModels.Read(end.Compilation, end.CancellationToken), [.. ReferencedModels.Excluded(end.Compilation)]))
                end.ReportDiagnostic(problem.ToDiagnostic(end.Compilation.SyntaxTrees));
        });
    }

    /// <summary>Reports duplicate ids. The application's own models come first, as in the generated code.</summary>
    private static void ReportDuplicates(
        CompilationAnalysisContext context, IEnumerable<ParsedModel> models, EquatableArray<ModelClass> referenced)
    {
        var own = models
            .Where(static parsed => parsed.Model is not null)
            .OrderBy(static parsed => parsed.Model!.TypeName, StringComparer.Ordinal)
            .SelectMany(static parsed => parsed.Model!.Registrations.Select(
                (registration, i) => (Model: parsed.Model!, registration.Id, Location: (LocationInfo?)parsed.Locations[i])));
        var others = referenced.SelectMany(
            static model => model.Registrations.Select(registration => (Model: model, registration.Id, Location: (LocationInfo?)null)));
        var groups = own.Concat(others).GroupBy(static holder => holder.Id, StringComparer.OrdinalIgnoreCase).ToList();
        var ids = new HashSet<string>(groups.Select(static group => group.Key), StringComparer.OrdinalIgnoreCase);
        foreach (var holders in groups)
        {
            var first = holders.First();

            // A conflict between two libraries is reported for the application as a whole.
            foreach (var (model, id, location) in holders.Skip(1).Where(_ => first.Location is not null))
            {
                var number = 2;
                while (!ids.Add($"{id}-{number}"))
                    number++;
                context.ReportDiagnostic(Diagnostic.Create(
                    DiagnosticDescriptors.DuplicateId,
                    (location ?? first.Location)?.In(context.Compilation.SyntaxTrees),
                    ImmutableDictionary<string, string?>.Empty.Add(FreeId, $"{id}-{number}"),
                    id,
                    model.Name,
                    first.Model.Name));
            }
        }
    }
}

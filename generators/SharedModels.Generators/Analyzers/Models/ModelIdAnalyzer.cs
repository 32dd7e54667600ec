using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Reading;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>Reports ids that no model of a program has, if the compilation shows all models of the program.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModelIdAnalyzer : LeaseAnalyzer
{
    /// <summary>The diagnostic property that contains the id that was probably meant.</summary>
    internal const string NearestId = nameof(NearestId);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.UnknownModelId];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        // Tests request unknown ids on purpose, and a library does not know which models its applications register.
        if (!symbols.IsApplication
            || symbols.IsTest
            || context.Compilation.Options.OutputKind is not (OutputKind.ConsoleApplication or OutputKind.WindowsApplication))
            return;
        var catalog = new ModelCatalog(symbols);
        var uses = new ConcurrentBag<(string Id, Location Location)>();
        context.RegisterSymbolAction(
            symbol =>
            {
                var type = (INamedTypeSymbol)symbol.Symbol;
                if (symbols.IsModel(type) && SharedModelGenerator.Parse(type).Model is { } model)
                    catalog.Add(model);
            },
            SymbolKind.NamedType);
        context.RegisterOperationAction(
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                catalog.Read(call);
                if (TakesId(call.TargetMethod, symbols))
                    Collect(call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "id")?.Value, uses);
            },
            OperationKind.Invocation);
        context.RegisterSyntaxNodeAction(node => CollectKey(node, symbols, uses), SyntaxKind.Parameter);
        context.RegisterCompilationEndAction(end =>
        {
            if (catalog.IsOpen || uses.IsEmpty)
                return;
            foreach (var model in ReferencedModels.ReadIncluded(end.Compilation, end.CancellationToken))
                catalog.Add(model);
            foreach (var (id, location) in uses.Where(use => !catalog.Contains(use.Id)))
                end.ReportDiagnostic(Create(id, location, catalog.Nearest(id)));
        });
    }

    private static bool TakesId(IMethodSymbol method, LeaseSymbols symbols) =>
        method.Name is "FetchModelAsync" or "RunAsync" or "PreloadAsync" or "EvictAsync" && symbols.IsManager(method.ContainingType)
        || (method.Name == "CreateLease" && symbols.IsOfScope(method.ContainingType));

    private static void Collect(IOperation? id, ConcurrentBag<(string, Location)> uses)
    {
        if (id?.ConstantValue is { HasValue: true, Value: string value })
            uses.Add((value, id.Syntax.GetLocation()));
    }

    /// <summary>Reads <c>[FromKeyedServices("id")] IModelLease&lt;T&gt; lease</c>, also in lambdas.</summary>
    private static void CollectKey(SyntaxNodeAnalysisContext context, LeaseSymbols symbols, ConcurrentBag<(string, Location)> uses)
    {
        var syntax = (ParameterSyntax)context.Node;
        if (syntax.AttributeLists.Count == 0
            || context.SemanticModel.GetDeclaredSymbol(syntax, context.CancellationToken) is not { } parameter
            || !symbols.IsLease(parameter.Type))
            return;
        var key = parameter.GetAttributes().FirstOrDefault(static attribute => attribute.Is(KnownNames.FromKeyedServicesAttribute));
        if (key?.Argument() is { Value: string id }
            && key.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken) is AttributeSyntax { ArgumentList: { } arguments })
            uses.Add((id, arguments.Arguments[0].Expression.GetLocation()));
    }

    private static Diagnostic Create(string id, Location location, string? nearest) => Diagnostic.Create(
        DiagnosticDescriptors.UnknownModelId,
        location,
        nearest is null ? null : ImmutableDictionary<string, string?>.Empty.Add(NearestId, nearest),
        id,
        nearest is null
            ? "use the id of one of the application's [SharedModel] classes, or register the model"
            : $"did you mean '{nearest}'?");
}

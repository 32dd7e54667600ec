using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Batches;

/// <summary>Reports batch models that visibly return more or fewer outputs than inputs, except in tests.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutputCountAnalyzer : LeaseAnalyzer
{
    private const string Skips = "This skips an input";
    private const string Throw = "throw for an input that cannot be processed, so that only its caller gets the exception";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.OutputCount];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        // Fakes fail on purpose.
        if (symbols.IsTest)
            return;
        context.RegisterOperationBlockAction(block =>
        {
            if (block.OwningSymbol is not IMethodSymbol { ContainingType: { } type } method
                || !symbols.IsModel(type)
                || !symbols.IsInvokeBatch(method))
                return;
            foreach (var body in block.OperationBlocks.OfType<IBlockOperation>())
                Check(block, body, method.Parameters[0], allowsSingle: symbols.MayLimitBatchesToOne(type));
        });
    }

    private static void Check(OperationBlockAnalysisContext context, IBlockOperation body, IParameterSymbol inputs, bool allowsSingle)
    {
        if (SkippingLoop.Find(body, inputs) is { } skip)
            Report(context, skip, Skips, Throw);
        else if (FilteredInputs.Find(body, inputs) is { } filter)
            Report(context, filter.Syntax, Skips, Throw);
        var outputs = FixedOutputs.Find(body);
        if (!allowsSingle || outputs.TrueForAll(static output => output.Count != 1))
        {
            foreach (var (value, count) in outputs)
                Report(context, value.Syntax, Describe(count), Remedy(count));
        }
    }

    private static string Describe(int? count) => count switch
    {
        null => "This returns null",
        0 => "This returns no output",
        1 => "This returns 1 output, regardless of the number of inputs",
        _ => $"This returns {count} outputs, regardless of the number of inputs",
    };

    private static string Remedy(int? count) =>
        count == 1 ? "run all inputs, or set MaxBatchSize of [SharedModel] to 1" : "return a list with an output for each input";

    private static void Report(OperationBlockAnalysisContext context, SyntaxNode syntax, string mistake, string remedy) =>
        context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.OutputCount, syntax.GetLocation(), mistake, remedy));
}

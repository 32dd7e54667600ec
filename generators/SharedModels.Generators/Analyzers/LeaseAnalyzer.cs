using Microsoft.CodeAnalysis.Diagnostics;

namespace SharedModels.Generators.Analyzers;

/// <summary>An analyzer of code that references SharedModels; it costs nothing anywhere else.</summary>
public abstract class LeaseAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (LeaseSymbols.Find(start.Compilation) is { } symbols)
                Start(start, symbols);
        });
    }

    private protected abstract void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols);
}

using Microsoft.CodeAnalysis.Diagnostics;

namespace SharedModels.Generators.Analyzers;

/// <summary>The base class of analyzers, which run only in compilations that reference SharedModels.</summary>
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

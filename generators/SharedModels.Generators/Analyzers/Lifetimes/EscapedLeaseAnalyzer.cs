using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Lifetimes;

/// <summary>Reports leases in static members, and in closures that may run after the scope has ended.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EscapedLeaseAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.LeaseOutlivesScope];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        context.RegisterSymbolAction(symbol => CheckStatic(symbol, symbols), SymbolKind.Field, SymbolKind.Property);
        context.RegisterOperationAction(
            operation => Check(operation, symbols, ((IInvocationOperation)operation.Operation).Arguments), OperationKind.Invocation);
        context.RegisterOperationAction(
            operation => Check(operation, symbols, ((IObjectCreationOperation)operation.Operation).Arguments),
            OperationKind.ObjectCreation);
        context.RegisterOperationAction(
            operation =>
            {
                // If this method created the source of the event, it may also end its lifetime.
                var assignment = (IEventAssignmentOperation)operation.Operation;
                if (assignment is
                {
                    Adds: true,
                    EventReference: IEventReferenceOperation { Instance: not ILocalReferenceOperation } source,
                })
                    CheckClosure(operation, symbols, assignment.HandlerValue, $"The handler of event '{source.Event.Name}'");
            },
            OperationKind.EventAssignment);
    }

    private static void CheckStatic(SymbolAnalysisContext context, LeaseSymbols symbols)
    {
        var symbol = context.Symbol;
        var type = symbol switch
        {
            IFieldSymbol { IsStatic: true, IsImplicitlyDeclared: false } field => field.Type,
            IPropertySymbol { IsStatic: true } property when IsStored(property) => property.Type,
            _ => null,
        };
        if (symbols.IsOfScope(type))
            context.ReportDiagnostic(
                Diagnostic.Create(DiagnosticDescriptors.LeaseOutlivesScope, symbol.Locations[0], $"Static member '{symbol.Name}'"));
    }

    private static bool IsStored(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => LeaseSymbols.Same(field.AssociatedSymbol, property));

    private static void Check(OperationAnalysisContext context, LeaseSymbols symbols, ImmutableArray<IArgumentOperation> arguments)
    {
        if (RunnerOf(context.Operation) is not { } runner)
            return;
        foreach (var argument in arguments)
            CheckClosure(context, symbols, argument.Value, $"The closure passed to {runner}");
    }

    /// <summary>
    /// Returns the name of the API that runs a closure at an unknown time. A task that is awaited, returned or stored is not reported,
    /// because its owner decides when it has ended.
    /// </summary>
    private static string? RunnerOf(IOperation operation) => operation switch
    {
        IInvocationOperation
        {
            TargetMethod: { Name: "Run", ContainingType.Name: "Task" } or { Name: "StartNew", ContainingType.Name: "TaskFactory" },
        } call when IsDropped(call) =>
            $"{call.TargetMethod.ContainingType.Name}.{call.TargetMethod.Name}",
        IInvocationOperation
        {
            TargetMethod: { Name: "QueueUserWorkItem" or "UnsafeQueueUserWorkItem", ContainingType.Name: "ThreadPool" },
        } => "ThreadPool",
        IObjectCreationOperation
        {
            Type: { Name: "Timer", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } },
        } timer when !IsUsing(timer) => "Timer",
        _ => null,
    };

    private static bool IsDropped(IOperation task) =>
        task.Consumer(throughTask: true) is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

    private static bool IsUsing(IOperation timer) => timer.Consumer() is var consumer
        && (consumer is IUsingOperation || (consumer is IVariableInitializerOperation { Parent: { } declarator } && declarator.IsUsing()));

    private static void CheckClosure(OperationAnalysisContext context, LeaseSymbols symbols, IOperation handler, string holder)
    {
        if (handler.Unwrap() is not IDelegateCreationOperation { Target: IAnonymousFunctionOperation closure })
            return;
        var leases = closure.Body.Descendants().Where(operation => IsCaptured(operation, closure, symbols)).ToList();
        if (leases.Exists(static lease => IsEnded(lease)))
            return;
        if (leases.Find(lease => IsUsed(lease, symbols)) is { } used)
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.LeaseOutlivesScope, used.Syntax.GetLocation(), holder));
    }

    private static bool IsCaptured(IOperation operation, IAnonymousFunctionOperation closure, LeaseSymbols symbols)
    {
        ISymbol? symbol = operation switch
        {
            ILocalReferenceOperation local => local.Local,
            IParameterReferenceOperation parameter => parameter.Parameter,
            IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field => field.Field,
            _ => null,
        };
        return symbol is not null
            && symbols.IsOfScope(operation.Type)
            && !IsEntryPoint(symbol.ContainingSymbol)
            && !symbol.DeclaringSyntaxReferences.Any(
                declaration => declaration.SyntaxTree == closure.Syntax.SyntaxTree && closure.Syntax.Span.Contains(declaration.Span));
    }

    /// <summary>Indicates whether the code disposes the lease, and therefore owns it.</summary>
    private static bool IsEnded(IOperation lease) => lease.Consumer() switch
    {
        IInvocationOperation call => call.TargetMethod.Name is "Dispose" or "DisposeAsync",
        IUsingOperation => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.IsUsing(),
        IConditionalAccessOperation access =>
            access.WhenNotNull.Unwrap() is IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" },
        _ => false,
    };

    private static bool IsUsed(IOperation lease, LeaseSymbols symbols) => lease.Consumer() switch
    {
        IInvocationOperation call => symbols.IsWait(call.TargetMethod) || symbols.IsUse(call.TargetMethod),
        IPropertyReferenceOperation property => symbols.IsModelOfLease(property.Property) || symbols.IsLease(property.Type),
        IConditionalAccessOperation or IArgumentOperation => true,
        _ => false,
    };

    /// <summary>
    /// Indicates whether the member is a program's entry point, whose scopes last as long as the program. The lambdas and local functions
    /// in it are not, because they can be endpoints.
    /// </summary>
    private static bool IsEntryPoint(ISymbol member) => member is IMethodSymbol { IsStatic: true, Name: "Main" or "<Main>$" };
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using SharedModels.Generators.Diagnostics;

namespace SharedModels.Generators.Analyzers.Models;

/// <summary>Reports classes that an application leases but does not register. Often the class lacks <c>[SharedModel]</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnregisteredModelAnalyzer : LeaseAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [DiagnosticDescriptors.UnregisteredModel];

    private protected override void Start(CompilationStartAnalysisContext context, LeaseSymbols symbols)
    {
        // Tests register classes in many ways, and a library does not know what its applications register.
        if (!symbols.IsApplication || symbols.IsTest)
            return;
        var registered = new RegisteredTypes(symbols);
        var requests = new ConcurrentBag<LeaseRequest>();
        context.RegisterSymbolAction(symbol => registered.Read((INamedTypeSymbol)symbol.Symbol), SymbolKind.NamedType);
        context.RegisterOperationAction(operation => registered.Read((ITypeOfOperation)operation.Operation), OperationKind.TypeOf);
        context.RegisterOperationAction(
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                registered.Read(call);
                if (RequestOf(call, symbols) is { } request)
                    requests.Add(request);
            },
            OperationKind.Invocation);
        context.RegisterSyntaxNodeAction(
            node =>
            {
                if (RequestOf((ParameterSyntax)node.Node, node.SemanticModel, symbols, node.CancellationToken) is { } request)
                    requests.Add(request);
            },
            SyntaxKind.Parameter);
        context.RegisterCompilationEndAction(end => Report(end, symbols, registered, requests));
    }

    private static void Report(
        CompilationAnalysisContext context, LeaseSymbols symbols, RegisteredTypes registered, IEnumerable<LeaseRequest> requests)
    {
        var compilation = context.Compilation;
        var isProgram = compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication;
        var librariesRegister = new Lazy<bool>(() => LibrariesRegister(compilation, symbols));
        var missing = requests
            .Where(request => LeaseSymbols.Same(request.Type.ContainingAssembly, compilation.Assembly) is var isOwn
                && (isOwn ? isProgram || !IsVisible(request.Type, compilation) : isProgram && !librariesRegister.Value)
                && !registered.MayContain(request.Type, request.IsInjected, isOwn))
            .GroupBy(static request => request.Type, SymbolEqualityComparer.Default);
        foreach (var group in missing)
        {
            var places = group
                .Select(static request => request.Location)
                .OrderBy(static location => location.SourceTree?.FilePath, StringComparer.Ordinal)
                .ThenBy(static location => location.SourceSpan.Start)
                .ToList();
            context.ReportDiagnostic(
                Diagnostic.Create(DiagnosticDescriptors.UnregisteredModel, places[0], places.Skip(1), group.Key!.Name));
        }
    }

    /// <summary>Indicates whether a library of the program references the manager, so that it can register models.</summary>
    private static bool LibrariesRegister(Compilation compilation, LeaseSymbols symbols) =>
        compilation.SourceModule.ReferencedAssemblySymbols.Any(assembly => !symbols.IsKnown(assembly) && assembly.Modules.Any(
            static module => module.ReferencedAssemblies.Any(static reference => reference.Name == KnownNames.ManagerAssembly)));

    /// <summary>Indicates whether the application that uses a library can name a class of the library, and so register it.</summary>
    private static bool IsVisible(INamedTypeSymbol type, Compilation compilation) => TypeAccess.AccessibilityOf(type) switch
    {
        Accessibility.Public => true,
        Accessibility.Internal => compilation.Assembly.GetAttributes().Any(
            static attribute => attribute.AttributeClass?.Name == "InternalsVisibleToAttribute"),
        _ => false,
    };

    /// <summary>Returns the request of a parameter, which the container or a caller passes.</summary>
    private static LeaseRequest? RequestOf(
        ParameterSyntax syntax, SemanticModel model, LeaseSymbols symbols, CancellationToken cancellationToken) =>
        syntax.Type is { } type
        && model.GetDeclaredSymbol(syntax, cancellationToken) is { } parameter
        && symbols.ModelOf(parameter.Type) is INamedTypeSymbol { TypeKind: not TypeKind.Error } leased
            ? new(leased, type.GetLocation(), IsInjected(syntax, parameter, model, cancellationToken))
            : null;

    /// <summary>Indicates whether the container provides the parameter: that of an endpoint, or one with <c>[FromServices]</c>.</summary>
    private static bool IsInjected(
        ParameterSyntax syntax, IParameterSymbol parameter, SemanticModel model, CancellationToken cancellationToken) =>
        parameter.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name is "FromServicesAttribute")
        || (syntax.FirstAncestorOrSelf<LambdaExpressionSyntax>() is { } lambda
            && syntax.Parent?.Parent == lambda
            && model.GetTypeInfo(lambda, cancellationToken).ConvertedType?.SpecialType == SpecialType.System_Delegate);

    /// <summary>Returns the request of a call for a class, or for a lease from the container.</summary>
    private static LeaseRequest? RequestOf(IInvocationOperation call, LeaseSymbols symbols)
    {
        if (call.TargetMethod is not { TypeArguments: { Length: 1 } arguments } method || arguments[0] is not INamedTypeSymbol argument)
            return null;
        var isInjected = method.Name is "GetService" or "GetRequiredService";
        var leased = isInjected
            ? symbols.ModelOf(argument) as INamedTypeSymbol
            : symbols.IsFetch(method) || symbols.IsCreate(method) ? argument : null;
        return leased is { TypeKind: not TypeKind.Error } ? new(leased, LocationOf(call), isInjected) : null;
    }

    /// <summary>Returns the location of the written type argument, or of the call if the argument is inferred.</summary>
    private static Location LocationOf(IInvocationOperation call)
    {
        var name = (call.Syntax as InvocationExpressionSyntax)?.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Name,
            MemberBindingExpressionSyntax member => member.Name,
            SimpleNameSyntax simple => simple,
            _ => null,
        };
        return name is GenericNameSyntax { TypeArgumentList.Arguments: { Count: 1 } types }
            ? types[0].GetLocation()
            : call.Syntax.GetLocation();
    }
}

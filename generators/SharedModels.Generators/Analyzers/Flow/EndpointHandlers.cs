using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>Tracks the lambdas and methods that a class maps as endpoints, and whether the endpoint acquires their leases.</summary>
internal sealed class EndpointHandlers
{
    /// <summary>The name of the method that makes an endpoint acquire leases.</summary>
    public const string Mark = "RequireModelLeases";

    private static readonly string[] Components = ["ControllerBase", "PageModel", "Hub", "ComponentBase", "ViewComponent"];

    /// <summary>The handlers. The value is true if the endpoint acquires the leases.</summary>
    private readonly ConcurrentDictionary<ISymbol, bool> _handlers = new(SymbolEqualityComparer.Default);

    public void Read(IInvocationOperation call)
    {
        if (!IsMap(call.TargetMethod.Name) || RoutesOf(call) is not { } routes)
            return;
        var isMarked = IsMarked(call) || IsMarkedGroup(routes);
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Unwrap() is not IDelegateCreationOperation creation)
                continue;
            ISymbol? handler = creation.Target switch
            {
                IAnonymousFunctionOperation closure => closure.Symbol,
                IMethodReferenceOperation method => method.Method.OriginalDefinition,
                _ => null,
            };
            if (handler is not null)
                _handlers.AddOrUpdate(handler, isMarked, (_, wasMarked) => wasMarked || isMarked);
        }
    }

    /// <summary>Indicates whether the code receives leases from the scope that are not acquired yet.</summary>
    public bool Contains(ISymbol code) => _handlers.TryGetValue(code, out var isMarked) ? !isMarked : IsAction(code) && !HasMark(code);

    /// <summary>Indicates whether <c>[RequireModelLeases]</c> has an effect. It has none on a handler that is mapped directly.</summary>
    public bool IsHeld(ISymbol code) => HasMark(code) && (!_handlers.TryGetValue(code, out var isMarked) || isMarked);

    /// <summary>Indicates whether the framework constructs the class.</summary>
    public static bool IsComponent(INamedTypeSymbol? type)
    {
        for (var part = type?.BaseType; part is not null; part = part.BaseType)
        {
            if (Components.Contains(part.Name))
                return true;
        }

        return false;
    }

    /// <summary>Indicates whether the code or its class has <c>[RequireModelLeases]</c>.</summary>
    private static bool HasMark(ISymbol code)
    {
        for (var symbol = code; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == Mark + "Attribute"))
                return true;
        }

        return false;
    }

    private static bool IsAction(ISymbol code) =>
        code is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: Accessibility.Public }
            && IsComponent(code.ContainingType);

    private static IOperation? RoutesOf(IInvocationOperation call)
    {
        var routes = call.Instance ?? call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value;
        return routes?.Unwrap() is { Type: { } type } value && (IsRoutes(type) || type.AllInterfaces.Any(IsRoutes)) ? value : null;
    }

    private static bool IsRoutes(ITypeSymbol type) => type.Name == "IEndpointRouteBuilder";

    /// <summary>
    /// Indicates whether <see cref="Mark"/> is called later, in the same expression or on the variable that receives the result, before
    /// anything is mapped on the result.
    /// </summary>
    private static bool IsMarked(IOperation call)
    {
        var parent = call.Parent;
        for (; parent is IInvocationOperation or IArgumentOperation or IConversionOperation; parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod.Name: var name } && (name == Mark || IsMap(name)))
                return name == Mark;
        }

        return parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { } endpoint } declarator }
            && declarator.Root().ReferencesTo(endpoint).Any(IsMarked);
    }

    private static bool IsMap(string method) => method.StartsWith("Map", StringComparison.Ordinal);

    /// <summary>Indicates whether the group is marked. A group that was created elsewhere counts as marked.</summary>
    private static bool IsMarkedGroup(IOperation routes) => routes switch
    {
        IInvocationOperation { TargetMethod.Name: Mark } => true,
        IInvocationOperation call => RoutesOf(call) is { } outer && IsMarkedGroup(outer),
        ILocalReferenceOperation local => local.Root().ReferencesTo(local.Local).Any(IsMarked)
            || (local.Origin()?.Unwrap() is { } origin && IsMarkedGroup(origin)),
        _ => routes.Type?.Name == "RouteGroupBuilder",
    };
}

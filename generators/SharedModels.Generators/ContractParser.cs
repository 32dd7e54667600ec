using Microsoft.CodeAnalysis;
using SharedModels.Configuration;
using SharedModels.Generators.Diagnostics;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>Parses interfaces with <c>[RemoteModel]</c>.</summary>
internal static class ContractParser
{
    private const string Retry = nameof(Retry);

    // The value of ModelRetry.WhenLost.
    private const int WhenLost = 1;

    private const string Global = "global::";

    private const string ObsoleteError = "it is marked [Obsolete] as an error; remove the attribute, or make it a warning";

    private const string Duplicate = "another overload differs from it only in the CancellationToken; keep one of them";

    public static ParsedContract Parse(INamedTypeSymbol type)
    {
        var diagnostics = new List<DiagnosticInfo>();
        var attribute = type.GetAttributes().First(static attribute => attribute.Is(KnownNames.RemoteModelAttribute));
        var id = attribute.Argument()?.Value as string ?? "";
        if (ObstacleOf(type, id) is { } obstacle)
            return new(null, new([new(DiagnosticDescriptors.UnusableContract, LocationOf(attribute), type.Name, obstacle)]));
        var mayRetry = MayRetry(attribute) ?? false;
        var methods = new List<RemoteMethod>();
        foreach (var member in type.AllInterfaces.Insert(0, type).SelectMany(static part => part.GetMembers()))
        {
            // Other members are implemented by the interface itself, belong to a property or an event, or make a member of a base abstract
            // again.
            if (member is not { IsAbstract: true }
                || member is IMethodSymbol { AssociatedSymbol: not null }
                || member.Name.Contains(".")
                || type.FindImplementationForInterfaceMember(member) is { IsAbstract: false })
                continue;
            if (ObstacleOf(member) is { } reason)
                diagnostics.Add(new(DiagnosticDescriptors.UnusableContractMember, LocationOf(member, type), member.Name, reason));
            else if (member is IMethodSymbol method)
                Add(Parse(method, type, mayRetry), method);
        }

        return diagnostics.Count > 0
            ? new(null, new(diagnostics))
            : new(new(TypeAccess.NameOf(type), NameOf(type), CSharpLiteral.Of(id), new(methods)), default);

        // Nodes find methods by their keys, which contain no tokens.
        void Add(RemoteMethod method, IMethodSymbol symbol)
        {
            if (methods.Any(other => other.Key == method.Key))
                diagnostics.Add(new(DiagnosticDescriptors.UnusableContractMember, LocationOf(symbol, type), symbol.Name, Duplicate));
            else
                methods.Add(method);
        }
    }

    private static string? ObstacleOf(INamedTypeSymbol type, string id)
    {
        for (INamedTypeSymbol? part = type; part is not null; part = part.ContainingType)
        {
            if (part.TypeParameters.Length > 0)
                return "it is generic; use one interface for each type";
        }

        if (TypeAccess.AccessibilityOf(type) == Accessibility.Private)
            return "it is private to a class or a file; make it internal or public";
        if (TypeAccess.IsObsoleteError(type))
            return ObsoleteError;
        return ModelId.IsValid(id)
            ? null
            : $"'{id}' is not a valid model id; use 1 to 100 letters (A to Z), digits, '.', '_' and '-'";
    }

    private static string? ObstacleOf(ISymbol member)
    {
        if (member is not IMethodSymbol method)
            return "it is not a method; use a method that returns a task";
        if (method.IsStatic)
            return "it is static";
        if (method.TypeParameters.Length > 0)
            return "it is generic; use one method for each type";
        if (TypeAccess.IsObsoleteError(method))
            return ObsoleteError;
        if (ReturnOf(method) is null)
            return "of what it returns; return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>";
        if (method.Parameters.Count(static parameter => IsToken(parameter.Type)) > 1)
            return "it has more than one CancellationToken";
        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None)
                return $"parameter '{parameter.Name}' is passed by reference; pass it by value";
            if (!IsToken(parameter.Type) && !CanSend(parameter.Type))
                return $"parameter '{parameter.Name}' cannot be sent to another machine; pass data, such as bytes or a URI";
        }

        return method.Parameters.Select(static parameter => parameter.Type).Append(method.ReturnType).All(TypeAccess.CanName)
            ? null
            : "generated code cannot name a type of its signature; use accessible types that are not [Obsolete] as an error";
    }

    private static bool CanSend(ITypeSymbol type)
    {
        if (type is IPointerTypeSymbol or IFunctionPointerTypeSymbol || type.IsRefLikeType || type.TypeKind == TypeKind.Delegate)
            return false;
        for (var part = type; part is not null; part = part.BaseType)
        {
            if (part.ToDisplayString() == "System.IO.Stream")
                return false;
        }

        return type is not INamedTypeSymbol named || ReturnOf(named) is null;
    }

    private static bool IsToken(ITypeSymbol type) => type is { Name: "CancellationToken" } && type.ToDisplayString() == KnownNames.Token;

    private static (RemoteReturn Kind, ITypeSymbol? Result)? ReturnOf(IMethodSymbol method) =>
        method.ReturnsByRef || method.ReturnsByRefReadonly ? null : ReturnOf(method.ReturnType as INamedTypeSymbol);

    private static (RemoteReturn Kind, ITypeSymbol? Result)? ReturnOf(INamedTypeSymbol? type) =>
        type?.ConstructedFrom.ToDisplayString() switch
        {
            "System.Threading.Tasks.Task" => (RemoteReturn.Task, null),
            "System.Threading.Tasks.Task<TResult>" => (RemoteReturn.Task, type.TypeArguments[0]),
            "System.Threading.Tasks.ValueTask" => (RemoteReturn.ValueTask, null),
            "System.Threading.Tasks.ValueTask<TResult>" => (RemoteReturn.ValueTask, type.TypeArguments[0]),
            "System.Collections.Generic.IAsyncEnumerable<T>" => (RemoteReturn.Stream, type.TypeArguments[0]),
            _ => null,
        };

    private static RemoteMethod Parse(IMethodSymbol method, INamedTypeSymbol contract, bool mayRetry)
    {
        var (kind, result) = ReturnOf(method)!.Value;
        var own = method.GetAttributes().FirstOrDefault(static attribute => attribute.Is(KnownNames.RemoteMethodAttribute));
        var types = method.Parameters
            .Where(static parameter => !IsToken(parameter.Type))
            .Select(static parameter => TypeAccess.SignatureOf(parameter.Type));
        var scope = SymbolEqualityComparer.Default.Equals(method.ContainingType, contract)
            ? ""
            : TypeAccess.SignatureOf(method.ContainingType) + ".";
        return new(
            $"{scope}{method.Name}({string.Join(", ", types)})".Replace(Global, ""),
            method.Name,
            TypeAccess.NameOf(method.ContainingType),
            TypeAccess.AnnotatedNameOf(method.ReturnType),
            kind,
            result is null ? null : TypeAccess.AnnotatedNameOf(result),
            own is null ? mayRetry : MayRetry(own) ?? mayRetry,
            new(method.Parameters.Select(static parameter => new RemoteParameter(
                parameter.Name, TypeAccess.AnnotatedNameOf(parameter.Type), IsToken(parameter.Type)))));
    }

    private static bool? MayRetry(AttributeData attribute)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == Retry)
                return argument.Value.Value is WhenLost;
        }

        return null;
    }

    /// <summary>
    /// Returns the name with its namespace and outer types. The hash makes the names of different interfaces differ in more than case,
    /// because names of generated files are not case-sensitive.
    /// </summary>
    private static string NameOf(INamedTypeSymbol type)
    {
        var name = TypeAccess.SignatureOf(type).Replace(Global, "");
        return $"{name.Replace('.', '_').Replace("@", "")}_{StableHash.Of(name):x8}";
    }

    private static LocationInfo? LocationOf(AttributeData attribute) => attribute.ApplicationSyntaxReference is { } reference
        ? LocationInfo.From(Location.Create(reference.SyntaxTree, reference.Span))
        : null;

    /// <summary>Returns the location of a member, or of the contract if the member is inherited.</summary>
    private static LocationInfo? LocationOf(ISymbol member, INamedTypeSymbol contract) =>
        (SymbolEqualityComparer.Default.Equals(member.ContainingType, contract) ? member : contract).Locations.FirstOrDefault(
            static location => location.IsInSource) is { } location
            ? LocationInfo.From(location)
            : null;
}

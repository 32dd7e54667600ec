using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>Resolves operations of a control-flow graph to leases.</summary>
internal sealed class LeaseNames
{
    private const int MaxDepth = 8;

    private readonly LeaseSymbols _symbols;
    private readonly SemanticModel _model;
    private readonly Dictionary<CaptureId, IOperation> _captures = [];

    public LeaseNames(ControlFlowGraph graph, LeaseSymbols symbols, SemanticModel model)
    {
        _symbols = symbols;
        _model = model;
        foreach (var capture in graph.Blocks
            .SelectMany(static block => block.Operations)
            .SelectMany(static operation => operation.DescendantsAndSelf())
            .OfType<IFlowCaptureOperation>())
            _captures[capture.Id] = capture.Value;
    }

    /// <summary>Returns the lease that an operation reads, or <see langword="null"/> if it does not read a named lease.</summary>
    public LeaseKey? Of(IOperation operation) => Of(operation, MaxDepth);

    /// <summary>Returns the variable or member that holds <c>ModelLeases</c>.</summary>
    public LeaseKey? OfAll(IOperation operation)
    {
        var value = Resolve(operation);
        return _symbols.IsLeases(value.Type) && RootOf(value) is { } root ? new(root, null) : null;
    }

    /// <summary>Returns the leases that a closure or a local function references.</summary>
    public IEnumerable<LeaseKey> In(SyntaxNode function) => _model.GetOperation(function)?.Descendants()
        .Select(operation => Of(operation) ?? OfAll(operation))
        .OfType<LeaseKey>() ?? [];

    private LeaseKey? Of(IOperation operation, int depth)
    {
        var value = Resolve(operation);
        if (depth == 0 || !_symbols.IsLease(value.Type))
            return null;
        if (value is IPropertyReferenceOperation { Instance: { } instance } property && _symbols.IsLeases(property.Property.ContainingType))
            return RootOf(Resolve(instance)) is { } leases ? new(leases, property.Property) : null;
        if (RootOf(value) is not { } root)
            return null;
        return value is ILocalReferenceOperation local && Alias(local) is { } source && Of(source, depth - 1) is { } named
            ? named
            : new(root, null);
    }

    private IOperation Resolve(IOperation operation)
    {
        var value = operation.Unwrap();
        for (var depth = 0;
            depth < MaxDepth && value is IFlowCaptureReferenceOperation capture && _captures.TryGetValue(capture.Id, out var captured);
            depth++)
            value = captured.Unwrap();
        return value;
    }

    private static ISymbol? RootOf(IOperation value) => value switch
    {
        IParameterReferenceOperation parameter => parameter.Parameter,
        ILocalReferenceOperation local => local.Local,
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } field => field.Field,
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } property => property.Property,
        _ => null,
    };

    /// <summary>Returns the lease that a local variable is an alias of, as in <c>await using var held = lease;</c>.</summary>
    private IOperation? Alias(ILocalReferenceOperation local) =>
        local.Origin(_model)?.Unwrap() is { } origin && _symbols.IsLease(origin.Type) ? origin : null;
}

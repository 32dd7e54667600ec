using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>
/// Follows leases along the paths of one method, lambda or local function. A lease is acquired or held only if it is so on every path. A
/// lease in an unknown state counts as acquired and as not held, so that nothing is reported in case of doubt.
/// </summary>
internal sealed class LeaseFlow
{
    private const int MaxKeys = 64;

    private readonly ControlFlowGraph _graph;
    private readonly LeaseStep[][] _steps;
    private readonly List<LeaseKey> _keys;
    private readonly LeaseStates?[] _entries;

    private LeaseFlow(ControlFlowGraph graph, LeaseStep[][] steps, List<LeaseKey> keys)
    {
        _graph = graph;
        _steps = steps;
        _keys = keys;
        _entries = new LeaseStates?[graph.Blocks.Length];
    }

    /// <summary>The uses of a model that some path reaches without an acquisition.</summary>
    public List<LeaseStep> Unacquired { get; } = [];

    /// <summary>The uses of a model that follow the release of its lease on every path.</summary>
    public List<LeaseStep> Released { get; } = [];

    /// <summary>The acquisitions that occur while another lease is held, with that lease.</summary>
    public List<(LeaseStep Second, LeaseKey First)> Successive { get; } = [];

    /// <summary>All steps of the method.</summary>
    public IEnumerable<LeaseStep> Steps => _steps.SelectMany(static block => block);

    public static LeaseFlow Analyze(ControlFlowGraph graph, LeaseSymbols symbols, SemanticModel model)
    {
        var names = new LeaseNames(graph, symbols, model);
        var shared = new HashSet<ISymbol>(
            graph.LocalFunctions
                .SelectMany(function => function.DeclaringSyntaxReferences)
                .SelectMany(declaration => names.In(declaration.GetSyntax()))
                .Select(static key => key.Root),
            SymbolEqualityComparer.Default);
        var steps = new LeaseSteps(graph, symbols, names).Blocks;
        if (shared.Count > 0)
            steps = [.. steps.Select(block => block.Where(step => step.Key is not { } key || !shared.Contains(key.Root)).ToArray())];
        var keys = steps.SelectMany(static block => block)
            .Where(static step => step.Key is not null)
            .Select(static step => step.Key!.Value)
            .Distinct()
            .ToList();
        var flow = new LeaseFlow(graph, steps, keys);
        if (keys.Count is > 0 and <= MaxKeys)
            flow.Run();
        return flow;
    }

    private void Run()
    {
        // The state of a local variable is unknown until a value is assigned. Everything else starts as it was passed in.
        var handedIn = 0UL;
        for (var i = 0; i < _keys.Count; i++)
        {
            if (_keys[i].Root is not ILocalSymbol || _keys[i].Member is not null)
                handedIn |= 1UL << i;
        }

        var pending = new Queue<int>();
        Enter(0, new(~handedIn, 0, 0), pending);
        while (pending.Count > 0)
        {
            var ordinal = pending.Dequeue();
            var state = Apply(_steps[ordinal], _entries[ordinal]!.Value, report: false);
            var block = _graph.Blocks[ordinal];
            EnterHandlers(block, state, pending);
            var isTaken = block.BranchValue?.ConstantValue is { HasValue: true, Value: bool value }
                ? value == (block.ConditionKind == ControlFlowConditionKind.WhenTrue)
                : (bool?)null;
            var acquired = AcquiredBy(block, ordinal, state);
            var isAcquiredByJump = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
            if (block.ConditionKind == ControlFlowConditionKind.None || isTaken != true)
                Follow(block.FallThroughSuccessor, isAcquiredByJump ? state : acquired, pending);
            if (isTaken != false)
                Follow(block.ConditionalSuccessor, isAcquiredByJump ? acquired : state, pending);
        }

        for (var ordinal = 0; ordinal < _steps.Length; ordinal++)
        {
            if (_entries[ordinal] is { } entry)
                ReportReturned(ordinal, Apply(_steps[ordinal], entry, report: true));
        }
    }

    /// <summary>Reports a stream that is returned although its lease is released on the way out, before the stream is read.</summary>
    private void ReportReturned(int ordinal, LeaseStates state)
    {
        var block = _graph.Blocks[ordinal];
        if (block.FallThroughSuccessor is not { Semantics: ControlFlowBranchSemantics.Return } branch || block.BranchValue is not { } value)
            return;
        var released = branch.FinallyRegions.Aggregate(state, (before, region) => After(region, before)).Released & ~state.Released;
        Released.AddRange(_steps[ordinal].Where(step =>
            step is { Kind: LeaseStepKind.Use, Key: { } key, Operation: IInvocationOperation { TargetMethod.Name: "StreamAsync" } stream }
                && (released & BitsOf(key)) != 0
                && IsPassedOn(stream, value)));
    }

    /// <summary>Indicates whether the value is the stream, or a result of a method that receives it.</summary>
    private static bool IsPassedOn(IOperation stream, IOperation value)
    {
        var returned = value.Unwrap();
        return returned == stream
            || (returned is IInvocationOperation call && call.Arguments.Any(argument => IsPassedOn(stream, argument.Value)));
    }

    /// <summary>Returns the state in which <c>TryAcquire</c>, if it is the condition of the block, has returned true.</summary>
    private LeaseStates AcquiredBy(BasicBlock block, int ordinal, LeaseStates state)
    {
        if (block.ConditionKind == ControlFlowConditionKind.None
            || _steps[ordinal].LastOrDefault() is not { Kind: LeaseStepKind.TryAcquire, Key: { } key })
            return state;
        return state.After(LeaseStepKind.Acquire, BitsOf(key));
    }

    private void Follow(ControlFlowBranch? branch, LeaseStates state, Queue<int> pending)
    {
        if (branch is null)
            return;
        foreach (var region in branch.FinallyRegions)
        {
            Enter(region.FirstBlockOrdinal, state, pending);
            state = After(region, state);
        }

        if (branch.Destination is { } destination)
            Enter(destination.Ordinal, state, pending);
    }

    /// <summary>Returns the states after a <c>finally</c>.</summary>
    private LeaseStates After(ControlFlowRegion region, LeaseStates before)
    {
        var state = before;
        for (var ordinal = region.FirstBlockOrdinal; ordinal <= region.LastBlockOrdinal; ordinal++)
            state = Apply(_steps[ordinal], state, report: false);
        return IsConditional(region) ? state with { Released = state.Released & before.Released } : state;
    }

    /// <summary>Indicates whether the region branches, other than with the test for null in the disposal of a <c>using</c>.</summary>
    private bool IsConditional(ControlFlowRegion region) => _graph.Blocks
        .Skip(region.FirstBlockOrdinal)
        .Take(region.LastBlockOrdinal - region.FirstBlockOrdinal + 1)
        .Any(static block => block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is not IIsNullOperation);

    /// <summary>
    /// Merges the state of a path into the known state of a block. Any code in a try block can throw, so its state before and after each
    /// block flows to the handlers too.
    /// </summary>
    private void Enter(int ordinal, LeaseStates state, Queue<int> pending)
    {
        if (_entries[ordinal] is { } known)
        {
            var joined = known.And(state);
            if (joined == known)
                return;
            state = joined;
        }

        _entries[ordinal] = state;
        pending.Enqueue(ordinal);
        EnterHandlers(_graph.Blocks[ordinal], state, pending);
    }

    private void EnterHandlers(BasicBlock block, LeaseStates state, Queue<int> pending)
    {
        // The regions outside a closure's root belong to the enclosing method.
        for (var region = block.EnclosingRegion;
            region is not null && region.Kind != ControlFlowRegionKind.Root;
            region = region.EnclosingRegion)
        {
            if (region.Kind != ControlFlowRegionKind.Try || region.EnclosingRegion is not { } whole)
                continue;
            foreach (var handler in whole.NestedRegions.Where(handler => handler != region))
                Enter(handler.FirstBlockOrdinal, state, pending);
        }
    }

    private LeaseStates Apply(LeaseStep[] steps, LeaseStates state, bool report)
    {
        foreach (var step in steps)
        {
            if (report && step.Kind is LeaseStepKind.Acquire or LeaseStepKind.Fetch && IsAwaited(step.Operation))
                ReportSuccessive(step, state.Held);
            var bits = step.Key is { } key ? BitsOf(key) : 0;
            if (report && step.Kind == LeaseStepKind.Use && (state.Acquired & bits) == 0)
                Unacquired.Add(step);
            else if (report && step.Kind == LeaseStepKind.Use && (state.Released & bits) != 0)
                Released.Add(step);
            state = state.After(step.Kind, bits);
        }

        return state;
    }

    /// <summary>Indicates whether the acquisition is awaited, not only started.</summary>
    private static bool IsAwaited(IOperation acquisition) => acquisition.Consumer(throughTask: true) is IAwaitOperation
        or IArgumentOperation or IArrayInitializerOperation or ICollectionExpressionOperation;

    private void ReportSuccessive(LeaseStep step, ulong held)
    {
        var own = step.Key is { } key ? BitsOf(key) : 0;
        for (var i = 0; i < _keys.Count; i++)
        {
            if ((held & ~own & (1UL << i)) == 0)
                continue;
            Successive.Add((step, _keys[i]));
            return;
        }
    }

    /// <summary>Returns the bit of a lease. A step on <c>ModelLeases</c> applies to each of its leases.</summary>
    private ulong BitsOf(LeaseKey key)
    {
        var bits = 0UL;
        for (var i = 0; i < _keys.Count; i++)
        {
            if (_keys[i] == key || (key.Member is null && LeaseSymbols.Same(_keys[i].Root, key.Root)))
                bits |= 1UL << i;
        }

        return bits;
    }
}

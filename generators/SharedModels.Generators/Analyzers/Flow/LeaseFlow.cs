using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>
/// Follows leases along the paths of one method, lambda or local function. What is said of a lease holds on every path: that it was
/// acquired, or that it is held; what is unknown counts as acquired and as not held, so that doubt reports nothing.
/// </summary>
internal sealed class LeaseFlow
{
    private const int MaxKeys = 64;

    private readonly ControlFlowGraph _graph;
    private readonly LeaseStep[][] _steps;
    private readonly List<LeaseKey> _keys;
    private readonly (ulong Acquired, ulong Held)?[] _entries;

    private LeaseFlow(ControlFlowGraph graph, LeaseStep[][] steps, List<LeaseKey> keys)
    {
        _graph = graph;
        _steps = steps;
        _keys = keys;
        _entries = new (ulong, ulong)?[graph.Blocks.Length];
    }

    /// <summary>Uses of a model that some path reaches without an acquisition.</summary>
    public List<LeaseStep> Unacquired { get; } = [];

    /// <summary>Acquisitions while another lease is held, and that lease.</summary>
    public List<(LeaseStep Second, LeaseKey First)> Successive { get; } = [];

    /// <summary>Every step of the method.</summary>
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
        // A local variable is unknown until something is assigned to it; all else is as it was handed in.
        var handedIn = 0UL;
        for (var i = 0; i < _keys.Count; i++)
        {
            if (_keys[i].Root is not ILocalSymbol || _keys[i].Member is not null)
                handedIn |= 1UL << i;
        }

        var pending = new Queue<int>();
        Enter(0, (~handedIn, 0), pending);
        while (pending.Count > 0)
        {
            var ordinal = pending.Dequeue();
            var state = Apply(_steps[ordinal], _entries[ordinal]!.Value, report: false);
            var block = _graph.Blocks[ordinal];
            EnterHandlers(block, state, pending);
            var isTaken = block.BranchValue?.ConstantValue is { HasValue: true, Value: bool value }
                ? value == (block.ConditionKind == ControlFlowConditionKind.WhenTrue)
                : (bool?)null;
            if (block.ConditionKind == ControlFlowConditionKind.None || isTaken != true)
                Follow(block.FallThroughSuccessor, state, pending);
            if (isTaken != false)
                Follow(block.ConditionalSuccessor, state, pending);
        }

        for (var ordinal = 0; ordinal < _steps.Length; ordinal++)
        {
            if (_entries[ordinal] is { } entry)
                Apply(_steps[ordinal], entry, report: true);
        }
    }

    private void Follow(ControlFlowBranch? branch, (ulong, ulong) state, Queue<int> pending)
    {
        if (branch is null)
            return;
        foreach (var region in branch.FinallyRegions)
        {
            Enter(region.FirstBlockOrdinal, state, pending);
            for (var ordinal = region.FirstBlockOrdinal; ordinal <= region.LastBlockOrdinal; ordinal++)
                state = Apply(_steps[ordinal], state, report: false);
        }

        if (branch.Destination is { } destination)
            Enter(destination.Ordinal, state, pending);
    }

    /// <summary>
    /// Joins a path to those that are known to lead here; what can throw leads to the handlers too, before and after each block.
    /// </summary>
    private void Enter(int ordinal, (ulong Acquired, ulong Held) state, Queue<int> pending)
    {
        if (_entries[ordinal] is { } known)
        {
            var joined = (known.Acquired & state.Acquired, known.Held & state.Held);
            if (joined == known)
                return;
            state = joined;
        }

        _entries[ordinal] = state;
        pending.Enqueue(ordinal);
        EnterHandlers(_graph.Blocks[ordinal], state, pending);
    }

    private void EnterHandlers(BasicBlock block, (ulong, ulong) state, Queue<int> pending)
    {
        // Beyond a closure's own root are the regions of the method around it.
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

    private (ulong Acquired, ulong Held) Apply(LeaseStep[] steps, (ulong Acquired, ulong Held) state, bool report)
    {
        foreach (var step in steps)
        {
            if (report && step.Kind is LeaseStepKind.Acquire or LeaseStepKind.Fetch && IsAwaited(step.Operation))
                ReportSuccessive(step, state.Held);
            if (step.Key is not { } key)
                continue;
            var bits = BitsOf(key);
            if (report && step.Kind == LeaseStepKind.Use && (state.Acquired & bits) == 0)
                Unacquired.Add(step);
            state = step.Kind switch
            {
                LeaseStepKind.Create => (state.Acquired & ~bits, state.Held & ~bits),
                LeaseStepKind.Acquire or LeaseStepKind.Hold => (state.Acquired | bits, state.Held | bits),
                LeaseStepKind.Escape or LeaseStepKind.Release => (state.Acquired | bits, state.Held & ~bits),
                _ => state,
            };
        }

        return state;
    }

    /// <summary>A task that is only started waits for nothing yet.</summary>
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

    /// <summary>The lease itself; what is done with <c>ModelLeases</c> is done with each of its leases.</summary>
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

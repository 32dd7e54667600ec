using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace SharedModels.Generators.Analyzers.Flow;

/// <summary>Finds the control-flow graphs of a member.</summary>
internal static class FlowGraphs
{
    /// <summary>Returns the graphs of a member and of each lambda and local function in it, each with its owner.</summary>
    public static IEnumerable<(ControlFlowGraph Graph, ISymbol Owner)> All(ControlFlowGraph graph, ISymbol owner)
    {
        yield return (graph, owner);
        foreach (var function in graph.LocalFunctions)
        {
            foreach (var inner in All(graph.GetLocalFunctionControlFlowGraph(function), function))
                yield return inner;
        }

        var closures = graph.Blocks
            .SelectMany(static block => block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
            .SelectMany(static operation => operation.DescendantsAndSelf())
            .OfType<IFlowAnonymousFunctionOperation>();
        foreach (var closure in closures)
        {
            foreach (var inner in All(graph.GetAnonymousFunctionControlFlowGraph(closure), closure.Symbol))
                yield return inner;
        }
    }
}

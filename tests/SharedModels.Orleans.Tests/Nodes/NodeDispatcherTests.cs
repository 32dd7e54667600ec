using SharedModels.Contracts;
using SharedModels.Orleans.Messages;
using SharedModels.Orleans.Tests.Nodes;

[assembly: RemoteContract(typeof(NodeDispatcherTests.IAmbiguous), typeof(NodeDispatcherTests.Ambiguity))]

namespace SharedModels.Orleans.Tests.Nodes;

[Collection(ClusterFixture.Name)]
public sealed class NodeDispatcherTests(TestCluster cluster)
{
    private readonly string _model = TestCluster.NewModel();

    [Fact]
    public async Task A_contract_with_two_methods_of_the_same_name_fails_the_call_and_not_the_lease()
    {
        var silo = cluster.Silos[0];
        silo.Manager.Add(new Model(), _model);

        var reply = await cluster.InvokeAsync(silo, new()
        {
            Caller = Guid.NewGuid(),
            Model = _model,
            Contract = typeof(IAmbiguous).FullName!,
            Method = "RunAsync()",
            Arguments = [],
        }).WaitAsync(TestBound.Wait);

        Assert.Null(reply.Rejection);
        Assert.IsType<RemoteModelException>(ModelErrors.ToException(reply.Error!));
        await Condition.UntilAsync(() => !silo.IsHeld(_model));
    }

    /// <summary>A contract whose description is wrong.</summary>
    public interface IAmbiguous;

    public sealed class Ambiguity() : RemoteContract("ambiguous", [Method, Method])
    {
        private static readonly RemoteCall<IAmbiguous, ValueTuple, bool> Method =
            new("RunAsync()", ModelRetry.WhenRejected, static (_, _, _) => Task.FromResult(true));
    }

    private sealed class Model : IAmbiguous;
}

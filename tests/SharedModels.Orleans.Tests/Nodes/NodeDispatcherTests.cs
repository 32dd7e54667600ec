using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SharedModels.Contracts;
using SharedModels.Orleans.Messages;
using SharedModels.Orleans.Nodes;
using SharedModels.Orleans.Tests.Callers;
using SharedModels.Orleans.Tests.Nodes;
using SharedModels.Routing;

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

    [Fact]
    public async Task A_method_that_returns_a_stream_on_this_node_only_is_rejected()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);

        var reply = await cluster.InvokeAsync(silo, Call("StreamAsync(int)")).WaitAsync(TestBound.Wait);

        Assert.Equal(NodeRejection.Unavailable, reply.Rejection);
        Assert.IsType<UnknownModelException>(ModelErrors.ToException(reply.Error!));
        await Condition.UntilAsync(() => !silo.IsHeld(_model));
    }

    [Fact]
    public async Task A_priority_that_the_node_does_not_know_fails_the_call_and_not_the_node()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);

        var reply = await cluster.InvokeAsync(silo, Call("EchoAsync(string)") with { Priority = (LeasePriority)99 })
            .WaitAsync(TestBound.Wait);

        Assert.Null(reply.Rejection);
        Assert.IsType<RemoteModelException>(ModelErrors.ToException(reply.Error!));
    }

    [Fact]
    public async Task The_lease_has_the_priority_the_tenant_and_the_timeout_of_the_call()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);
        AcquireOptions? requested = null;
        var manager = GrainProxy.Create<ISharedModelManager>((method, arguments) =>
        {
            requested ??= arguments.OfType<AcquireOptions>().FirstOrDefault();
            return method.Invoke(silo.Manager, arguments);
        });
        var callers = new NodeCallers(TimeProvider.System);
        var payloads = cluster.Client.GetRequiredService<Payloads>();
        using var reports = new NodeReports(manager, callers, "node", TimeProvider.System);
        var dispatcher = new NodeDispatcher(
            manager, reports, callers, payloads, "node", Options.Create(silo.Options), NullLogger<NodeDispatcher>.Instance);
        var options = new AcquireOptions { Priority = LeasePriority.Low, Tenant = "acme", Timeout = TimeSpan.FromMinutes(3) };

        var reply = await dispatcher.InvokeAsync(
            new()
            {
                Caller = Guid.NewGuid(),
                Model = _model,
                Contract = typeof(IEcho).FullName!,
                Method = "CountBytesAsync(byte[])",
                Arguments = payloads.Write(ValueTuple.Create(new byte[3]), "The arguments"),
                Priority = options.Priority,
                Tenant = options.Tenant,
                Timeout = options.Timeout,
            },
            default).WaitAsync(TestBound.Wait);

        Assert.Null(reply.Error);
        Assert.Equal(3, payloads.Read<int>(reply.Result));
        Assert.Equal(options, requested);
    }

    private ModelCall Call(string method) => new()
    {
        Caller = Guid.NewGuid(), Model = _model, Contract = typeof(IEcho).FullName!, Method = method, Arguments = [],
    };

    /// <summary>A contract whose description is wrong.</summary>
    public interface IAmbiguous;

    public sealed class Ambiguity() : RemoteContract("ambiguous", [Method, Method])
    {
        private static readonly RemoteCall<IAmbiguous, ValueTuple, bool> Method =
            new("RunAsync()", ModelRetry.WhenRejected, static (_, _, _) => Task.FromResult(true));
    }

    private sealed class Model : IAmbiguous;
}

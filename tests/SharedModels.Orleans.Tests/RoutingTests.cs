using System.Text.Json;
using SharedModels.Orleans.Messages;
using SharedModels.Orleans.Tests.Callers;
using SharedModels.Routing;

namespace SharedModels.Orleans.Tests;

/// <summary>Rejections, and callers on silos.</summary>
[Collection(ClusterFixture.Name)]
public sealed class RoutingTests(TestCluster cluster)
{
    private readonly string _model = TestCluster.NewModel();

    [Fact]
    public async Task A_call_that_its_silo_rejects_goes_to_another()
    {
        var other = cluster.Silos[0];
        other.Add(_model);
        var silo = await cluster.StartSiloAsync();
        silo.Add(_model);
        await silo.Manager.PreloadAsync(_model).AsTask().WaitAsync(TestBound.Wait);
        var echo = cluster.NewClient(out var nodes).ModelOf(_model);
        await nodes.UntilLiveAsync(silo);
        Assert.Equal(silo.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);

        // The client does not see that the silo drains.
        silo.State.Reports.Close();
        await Condition.UntilAsync(() => silo.State.IsHolding(nodes.Caller));
        await silo.Node.Reports.Draining.CancelAsync();
        var before = silo.State.Executions;

        Assert.Equal(other.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
        Assert.Equal(before, silo.State.Executions);
        silo.State.Release();
        await cluster.KillAsync(silo);
    }

    [Fact]
    public async Task A_rejection_whose_report_cannot_be_read_is_counted()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);
        await silo.Manager.PreloadAsync(_model).AsTask().WaitAsync(TestBound.Wait);
        cluster.NewClient(out var nodes);
        await nodes.UntilLiveAsync(silo);
        var route = new ModelRoute(new(_model));
        var (sent, _) = nodes.Send(route, static node => node)!.Value;
        Assert.Equal(1, nodes.Describe().InFlight);

        nodes.Reject(route, sent, NodeRejection.Unavailable, "Nonsense"u8.ToArray());

        Assert.Equal(0, nodes.Describe().InFlight);
    }

    [Fact]
    public async Task A_call_whose_wait_would_be_too_long_is_rejected_with_a_report()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);
        var before = silo.State.Executions;

        var reply = await cluster.InvokeAsync(silo, new()
        {
            Caller = Guid.NewGuid(),
            Model = _model,
            Contract = typeof(IEcho).FullName!,
            Method = "EchoAsync(string)",
            Arguments = [],
            WaitBudget = TimeSpan.FromTicks(-1),
        }).WaitAsync(TestBound.Wait);

        Assert.Equal(NodeRejection.WaitTooLong, reply.Rejection);
        var report = JsonSerializer.Deserialize(reply.Report!, MessageJson.Default.NodeReport)!;
        Assert.Equal(silo.Address, report.Node);
        Assert.False(report.IsComplete);
        Assert.NotEmpty(report.Devices);
        Assert.Equal(before, silo.State.Executions);
    }

    [Fact]
    public async Task A_silo_with_an_older_class_of_the_model_does_not_get_the_call()
    {
        var (older, newer) = (cluster.Silos[0], cluster.Silos[1]);
        older.Manager.Add(new object(), _model);
        newer.Add(_model);
        await older.Manager.PreloadAsync(_model).AsTask().WaitAsync(TestBound.Wait);

        var answer = await cluster.NewClient().ModelOf(_model).EchoAsync("hello").WaitAsync(TestBound.Wait);

        Assert.Equal(newer.Name, answer.Silo);
    }

    [Fact]
    public async Task A_silo_calls_models_of_other_silos()
    {
        var (caller, other) = (cluster.Silos[0], cluster.Silos[1]);
        other.Add(_model);

        var answer = await caller.Client.ModelOf(_model).EchoAsync("hello").WaitAsync(TestBound.Wait);

        Assert.Equal(other.Name, answer.Silo);
    }

    [Fact]
    public void The_id_of_the_contract_is_the_default() =>
        Assert.Same(cluster.NewClient() is var client ? client.Model : null, client.ModelOf("echo"));

    [Theory]
    [InlineData("")]
    [InlineData("an echo")]
    public void An_id_that_no_model_can_have_is_reported(string id) =>
        Assert.Throws<ArgumentException>(nameof(id), () => cluster.NewClient().ModelOf(id));

    [Fact]
    public void Ids_from_requests_are_not_kept()
    {
        var client = cluster.NewClient();

        Assert.NotSame(client.ModelOf(_model), client.ModelOf(_model));
    }

    [Fact]
    public async Task Calls_with_a_token_that_is_canceled_are_not_sent()
    {
        var echo = cluster.NewClient().ModelOf(_model);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => echo.EchoAsync("hello", new(canceled: true)));
    }
}

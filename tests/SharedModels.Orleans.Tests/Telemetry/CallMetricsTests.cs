namespace SharedModels.Orleans.Tests.Telemetry;

[Collection(ClusterFixture.Name)]
public sealed class CallMetricsTests(TestCluster cluster) : IDisposable
{
    private readonly string _model = TestCluster.NewModel();
    private readonly CallCounts _counts = new();

    public void Dispose()
    {
        foreach (var silo in cluster.Silos)
            silo.State.Release();
        _counts.Dispose();
    }

    [Fact]
    public async Task A_call_is_counted_with_its_node_its_model_and_its_outcome()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);
        silo.State.Work.Open();
        var echo = await NewClientAsync();

        await echo.EchoAsync("hello").WaitAsync(TestBound.Wait);
        Assert.Equal(2, await echo.StreamAsync(2).CountAsync().AsTask().WaitAsync(TestBound.Wait));
        await Assert.ThrowsAsync<RemoteModelException>(() => echo.FailAsync("other").WaitAsync(TestBound.Wait));

        Assert.Equal(
            [$"1 model={_model} outcome=cold", $"1 model={_model} outcome=warm", $"1 model={_model} outcome=warm"],
            _counts.TextOf("routes"));
        Assert.Equal(Enumerable.Repeat($"1 model={_model} outcome=served", 3), _counts.TextOf("attempts"));
        Assert.Equal([$"1 model={_model} reason=first"], _counts.TextOf("loads"));
        Assert.Equal(Enumerable.Repeat<object?>(silo.Address, 3), _counts.NodesOf("routes"));
        Assert.Empty(_counts.TextOf("unknown_outcomes"));
    }

    [Fact]
    public async Task The_actual_wait_is_compared_with_the_expected_one()
    {
        cluster.Silos[0].Add(_model);
        var echo = await NewClientAsync();

        await echo.EchoAsync("hello").WaitAsync(TestBound.Wait);
        await echo.EchoAsync("hello").WaitAsync(TestBound.Wait);

        var (expected, actual) = (_counts.ValuesOf("route.wait.expected"), _counts.ValuesOf("route.wait.actual"));
        Assert.Equal(2, actual.Count);
        Assert.True(actual[0] > 0);
        Assert.Equal(0, actual[1]);
        Assert.All(
            expected.Zip(actual, _counts.ValuesOf("route.regret")),
            static waits => Assert.Equal(waits.Second - waits.First, waits.Third, tolerance: 1e-9));
    }

    [Fact]
    public async Task A_call_that_its_caller_gives_up_is_canceled()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);
        silo.State.Work.Close();
        using var cancellation = new CancellationTokenSource();
        var call = (await NewClientAsync()).WaitAsync(cancellation.Token).AsTask();
        await silo.State.Work.Arrived.WaitAsync(TestBound.Wait);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TestBound.Wait));
        Assert.Equal([$"1 model={_model} outcome=canceled"], _counts.TextOf("routes"));
        Assert.Equal([$"1 model={_model} outcome=canceled"], _counts.TextOf("attempts"));
    }

    [Fact]
    public async Task The_id_of_a_model_that_no_node_serves_is_not_a_tag()
    {
        var echo = cluster.NewClient(out _, meters: _counts.Meters).ModelOf(_model);

        await Assert.ThrowsAsync<UnknownModelException>(() => echo.EchoAsync("hello").WaitAsync(TestBound.Wait));

        Assert.Equal(["1 model=unknown node=none outcome=rejected"], _counts.TextOf("routes"));
        Assert.Empty(_counts.TextOf("attempts"));
    }

    [Fact]
    public async Task The_nodes_their_reports_and_the_replicas_of_models_are_observed()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);
        await silo.Manager.PreloadAsync(_model).AsTask().WaitAsync(TestBound.Wait);
        await (await NewClientAsync()).EchoAsync("hello").WaitAsync(TestBound.Wait);

        foreach (var name in (string[])["nodes", "requests.active", "model.replicas", "report.age"])
            _counts.Observe(name);

        Assert.Contains("0 state=broken", _counts.TextOf("nodes"));
        Assert.Contains($"1 model={_model}", _counts.TextOf("model.replicas"));
        Assert.Contains(silo.Address, _counts.NodesOf("requests.active"));
        Assert.NotEmpty(_counts.ValuesOf("report.age"));
    }

    private Task<IEcho> NewClientAsync() => cluster.NewClientAsync(cluster.Silos[0], _model, _counts.Meters);
}

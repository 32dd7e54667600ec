namespace SharedModels.Orleans.Tests;

[Collection(ClusterFixture.Name)]
public sealed class CallTests(TestCluster cluster)
{
    private readonly string _model = TestCluster.NewModel();

    [Fact]
    public async Task A_call_returns_the_result_of_the_model()
    {
        cluster.Silos[0].Add(_model);
        var echo = cluster.NewClient().ModelOf(_model);

        var answer = await echo.EchoAsync("hello").WaitAsync(TestBound.Wait);

        Assert.Equal(new Answer(cluster.Silos[0].Name, "hello"), answer);
        Assert.Equal(45, await echo.SumAsync(1, 2, 3, 4, 5, 6, 7, 8, 9).WaitAsync(TestBound.Wait));
        Assert.Equal(3, await echo.CountBytesAsync([1, 2, 3]).AsTask().WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task Calls_go_to_the_silo_where_the_model_is_resident()
    {
        foreach (var silo in cluster.Silos)
            silo.Add(_model);
        var resident = cluster.Silos[1];
        await resident.Manager.PreloadAsync(_model).AsTask().WaitAsync(TestBound.Wait);
        var echo = cluster.NewClient().ModelOf(_model);

        for (var i = 0; i < 10; i++)
            Assert.Equal(resident.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
    }

    [Fact]
    public async Task The_first_call_can_come_from_code_without_an_execution_context()
    {
        cluster.Silos[0].Add(_model);
        var echo = cluster.NewClient().ModelOf(_model);
        Task<Answer> call;
        using (ExecutionContext.SuppressFlow())
            call = echo.EchoAsync("hello");

        Assert.Equal(cluster.Silos[0].Name, (await call.WaitAsync(TestBound.Wait)).Silo);
    }

    [Fact]
    public async Task The_options_of_a_client_are_sent_to_the_node()
    {
        cluster.Silos[0].Add(_model);
        var options = new AcquireOptions { Priority = LeasePriority.High, Tenant = "acme", Timeout = TimeSpan.FromMinutes(3) };
        var client = cluster.NewClient();

        await client.With(options, _model).EchoAsync("hello").WaitAsync(TestBound.Wait);

        var call = cluster.Silos[0].State.LastCall!;
        Assert.Equal(options, new() { Priority = call.Priority, Tenant = call.Tenant, Timeout = call.Timeout });
        Assert.Throws<ArgumentOutOfRangeException>(() => client.With(new() { Timeout = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => client.With(options, "an echo"));
    }

    [Fact]
    public async Task A_stream_returns_its_items()
    {
        var silo = cluster.Silos[0];
        silo.Add(_model);
        silo.State.Work.Open();

        var items = await cluster.NewClient().ModelOf(_model).StreamAsync(200).ToListAsync().AsTask().WaitAsync(TestBound.Wait);

        Assert.Equal(Enumerable.Range(0, 200), items);
        await Condition.UntilAsync(() => !silo.IsHeld(_model));
    }
}

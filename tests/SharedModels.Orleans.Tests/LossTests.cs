using System.Diagnostics;
using SharedModels.Orleans.Tests.Callers;
using SharedModels.Orleans.Tests.Telemetry;

namespace SharedModels.Orleans.Tests;

/// <summary>Silos that hang, stop and die. Each test adds its own silo to the cluster.</summary>
[Collection(ClusterFixture.Name)]
public sealed class LossTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly string _model = TestCluster.NewModel();
    private TestSilo _silo = null!;

    private TestSilo Other => cluster.Silos[0];

    public async Task InitializeAsync()
    {
        _silo = await cluster.StartSiloAsync();
        _silo.Add(_model);
        await _silo.Manager.PreloadAsync(_model).AsTask().WaitAsync(TestBound.Wait);
        _silo.State.Work.Close();
    }

    public async Task DisposeAsync()
    {
        if (!cluster.IsRunning(_silo))
            return;
        _silo.State.Release();
        await cluster.KillAsync(_silo);
    }

    [Fact]
    public async Task A_call_on_a_silo_that_hangs_fails_within_3_seconds()
    {
        using var counts = new CallCounts();
        var echo = await NewClientAsync(_model, counts);
        var streamed = TestCluster.NewModel();
        _silo.Add(streamed);
        await using var items = (await NewClientAsync(streamed)).StreamAsync(10).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
        var call = echo.WaitAsync(default).AsTask();
        var next = items.MoveNextAsync().AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);
        var start = Stopwatch.GetTimestamp();

        _silo.State.Reports.Close();

        var failure = await Assert.ThrowsAsync<ModelNodeLostException>(() => call.WaitAsync(TestBound.Wait));
        Assert.Equal((_silo.Address, _model), (failure.Node, failure.ModelId));
        await Assert.ThrowsAsync<ModelNodeLostException>(() => next.WaitAsync(TestBound.Wait));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        Assert.Equal([$"1 model={_model} outcome=lost"], counts.TextOf("routes"));
        Assert.Equal([$"1 model={_model}"], counts.TextOf("unknown_outcomes"));
    }

    [Fact]
    public async Task A_logger_that_throws_does_not_hide_the_loss_of_a_silo()
    {
        using var loggers = new HostileLoggers();
        var echo = await cluster.NewClientAsync(_silo, _model, loggers: loggers);
        var call = echo.WaitAsync(default).AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);

        _silo.State.Reports.Close();

        await Assert.ThrowsAsync<ModelNodeLostException>(() => call.WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task A_call_that_may_have_run_is_not_reported_as_rejected()
    {
        Other.Manager.Add<Echo>(_model, static _ => throw new InvalidOperationException("No weights."));
        var call = (await NewClientAsync(_model)).WaitAgainAsync(default);
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);

        _silo.State.Reports.Close();

        var failure = await Assert.ThrowsAsync<ModelNodeLostException>(() => call.WaitAsync(TestBound.Wait));
        Assert.Equal((_silo.Address, _model), (failure.Node, failure.ModelId));
        Assert.IsType<ModelLoadException>(failure.InnerException);
    }

    [Fact]
    public async Task A_call_that_can_be_computed_twice_goes_to_another_silo()
    {
        Other.Add(_model);
        using var counts = new CallCounts();
        var echo = await NewClientAsync(_model, counts);
        var call = echo.WaitAgainAsync(default);
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);

        _silo.State.Reports.Close();

        Assert.Equal(Other.Name, await call.WaitAsync(TestBound.Wait));
        Assert.Equal([$"1 model={_model} outcome=retried"], counts.TextOf("routes"));
        Assert.Equal([_silo.Address, Other.Address], counts.NodesOf("attempts"));
        Assert.Equal(Other.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
    }

    [Fact]
    public async Task A_call_on_a_silo_that_dies_is_lost_and_later_calls_go_elsewhere()
    {
        Other.Add(_model);
        var echo = await NewClientAsync(_model);
        var call = echo.WaitAsync(default).AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);
        var stream = echo.StreamAsync(1).ToListAsync().AsTask();

        await cluster.KillAsync(_silo).WaitAsync(TestBound.Wait);

        await Assert.ThrowsAsync<ModelNodeLostException>(() => call.WaitAsync(TestBound.Wait));
        Assert.Equal(Other.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
        await Task.WhenAny(stream).WaitAsync(TestBound.Wait);
    }

    [Fact]
    public async Task A_silo_that_stops_serves_its_calls_and_gets_no_others()
    {
        Other.Add(_model);
        var echo = await NewClientAsync(_model);
        var call = echo.WaitAsync(default).AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);

        var stop = cluster.StopAsync(_silo);
        await Condition.UntilAsync(() => _silo.Node.Reports.Draining.IsCancellationRequested);
        for (var i = 0; i < 10; i++)
            Assert.Equal(Other.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
        Assert.False(call.IsCompleted);
        _silo.State.Work.Open();

        await call.WaitAsync(TestBound.Wait);
        await stop.WaitAsync(TestBound.Wait);
        Assert.Equal(Other.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
    }

    [Fact]
    public async Task The_calls_of_a_client_that_is_gone_end()
    {
        var echo = cluster.NewClient(out var nodes).ModelOf(_model);
        await nodes.UntilLiveAsync(_silo);
        var call = echo.WaitAsync(default).AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);

        await nodes.DisposeAsync();

        await Condition.UntilAsync(() => !_silo.IsHeld(_model));
        Assert.Equal(0, _silo.Running);
        await Task.WhenAny(call).WaitAsync(TestBound.Wait);
    }

    [Fact]
    public async Task A_stream_whose_reader_is_gone_releases_its_lease()
    {
        _silo.State.Work.Open();
        var echo = cluster.NewClient(out var nodes).ModelOf(_model);
        await nodes.UntilLiveAsync(_silo);
        var items = echo.StreamAsync(1_000_000).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
        Assert.True(_silo.IsHeld(_model));

        await nodes.DisposeAsync();

        await Condition.UntilAsync(() => !_silo.IsHeld(_model) && _silo.Running == 0, bound: TestBound.Wait / 3);
        await items.DisposeAsync().AsTask().WaitAsync(TestBound.Wait);
    }

    private Task<IEcho> NewClientAsync(string model, CallCounts? counts = null) => cluster.NewClientAsync(_silo, model, counts?.Meters);
}

namespace SharedModels.Orleans.Tests;

[Collection(ClusterFixture.Name)]
public sealed class CancellationTests : IDisposable
{
    private readonly string _model = TestCluster.NewModel();
    private readonly TestSilo _silo;
    private readonly IEcho _echo;

    public CancellationTests(TestCluster cluster)
    {
        _silo = cluster.Silos[0];
        _silo.Add(_model);
        _silo.State.Work.Close();
        _echo = cluster.NewClient().ModelOf(_model);
    }

    public void Dispose() => _silo.State.Work.Open();

    [Fact]
    public async Task Cancellation_ends_the_call_and_releases_the_lease()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _echo.WaitAsync(cancellation.Token).AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);
        Assert.True(_silo.IsHeld(_model));

        await cancellation.CancelAsync();

        var failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TestBound.Wait));
        Assert.Equal(cancellation.Token, failure.CancellationToken);
        await Condition.UntilAsync(() => !_silo.IsHeld(_model));
    }

    [Fact]
    public async Task Cancellation_ends_a_call_that_waits_for_its_model()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var running = _echo.WaitAsync(first.Token).AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);
        var waiting = _echo.EchoAsync("hello", second.Token);
        await Condition.UntilAsync(() => _silo.Queued(_model) == 1);

        await second.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TestBound.Wait));
        await Condition.UntilAsync(() => _silo.Queued(_model) == 0);
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task A_stream_holds_its_lease_until_the_client_stops()
    {
        await using (var items = _echo.StreamAsync(10).GetAsyncEnumerator())
        {
            Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
            Assert.Equal(0, items.Current);
            Assert.True(_silo.IsHeld(_model));
        }

        await Condition.UntilAsync(() => !_silo.IsHeld(_model));
    }

    [Fact]
    public async Task Cancellation_ends_a_stream_and_releases_the_lease()
    {
        using var cancellation = new CancellationTokenSource();
        await using var items = _echo.StreamAsync(10, cancellation.Token).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
        var next = items.MoveNextAsync().AsTask();
        await _silo.State.Work.Arrived.WaitAsync(TestBound.Wait);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TestBound.Wait));
        await Condition.UntilAsync(() => !_silo.IsHeld(_model));
    }
}

using Orleans.Runtime;

namespace SharedModels.Orleans.Tests;

[Collection(ClusterFixture.Name)]
public sealed class FailureTests(TestCluster cluster)
{
    private readonly string _model = TestCluster.NewModel();

    [Fact]
    public async Task Exceptions_of_the_library_keep_their_class_and_their_data()
    {
        var echo = AddTo(cluster.Silos[0]);

        var memory = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => echo.FailAsync("memory").WaitAsync(TestBound.Wait));
        var rejected = await Assert.ThrowsAsync<LeaseRejectedException>(() => echo.FailAsync("rejected").WaitAsync(TestBound.Wait));

        Assert.Equal("Too large.", memory.Message);
        Assert.Equal(("echo", Device.Cuda(1)), (memory.ModelId, memory.Device));
        Assert.Equal((3, 2, 1), (memory.RequiredBytes, memory.BudgetBytes, memory.FreeBytes));
        Assert.Equal(["other"], memory.HeldBy);
        Assert.Equal((7, TimeSpan.FromSeconds(3)), (rejected.QueueLength, rejected.RetryAfter));
    }

    [Fact]
    public async Task Other_exceptions_have_one_class_and_no_details()
    {
        var silo = cluster.Silos[0];
        var echo = AddTo(silo);
        var before = silo.State.Executions;

        var failure = await Assert.ThrowsAsync<RemoteModelException>(() => echo.FailAsync("other").WaitAsync(TestBound.Wait));

        Assert.Equal(_model, failure.ModelId);
        Assert.Equal(silo.Address, failure.Node);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Null(failure.RemoteType);
        Assert.Null(failure.RemoteDetails);
        Assert.Equal(before + 1, silo.State.Executions);
    }

    [Fact]
    public async Task Nodes_send_details_if_they_are_allowed_to()
    {
        var silo = cluster.Silos[0];
        var echo = AddTo(silo);
        silo.Options.IncludeExceptionDetails = true;
        try
        {
            var failure = await Assert.ThrowsAsync<RemoteModelException>(() => echo.FailAsync("other").WaitAsync(TestBound.Wait));

            Assert.Contains("A secret.", failure.Message, StringComparison.Ordinal);
            Assert.Equal(typeof(InvalidOperationException).FullName, failure.RemoteType);
            Assert.Contains(nameof(Echo.FailAsync), failure.RemoteDetails, StringComparison.Ordinal);
        }
        finally
        {
            silo.Options.IncludeExceptionDetails = false;
        }
    }

    [Fact]
    public async Task A_stream_fails_after_the_items_before_the_failure()
    {
        await using var items = AddTo(cluster.Silos[0]).FailStreamAsync().GetAsyncEnumerator();

        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
        await Assert.ThrowsAsync<RemoteModelException>(() => items.MoveNextAsync().AsTask().WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task Arguments_that_are_too_large_are_not_sent()
    {
        var failure = await Assert.ThrowsAsync<RemotePayloadException>(
            () => AddTo(cluster.Silos[0]).CountBytesAsync(new byte[100_001]).AsTask().WaitAsync(TestBound.Wait));

        Assert.Equal(100_000, failure.MaxBytes);
        Assert.InRange(failure.Bytes, 100_001, 100_100);
        Assert.Contains("SharedModels.Yarp", failure.Message, StringComparison.Ordinal);
        Assert.Contains("URI", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_is_too_large_is_not_sent()
    {
        var echo = AddTo(cluster.Silos[0]);

        var failure = await Assert.ThrowsAsync<RemotePayloadException>(() => echo.MakeBytesAsync(100_001).WaitAsync(TestBound.Wait));

        Assert.Contains("The result of MakeBytesAsync(int)", failure.Message, StringComparison.Ordinal);
        Assert.Equal(100, (await echo.MakeBytesAsync(100).WaitAsync(TestBound.Wait)).Length);
    }

    [Fact]
    public async Task A_model_that_no_silo_serves_is_unknown()
    {
        var echo = cluster.NewClient().ModelOf(_model);

        var failure = await Assert.ThrowsAsync<UnknownModelException>(() => echo.EchoAsync("hello").WaitAsync(TestBound.Wait));

        Assert.Equal(_model, failure.ModelId);
    }

    [Fact]
    public async Task A_model_of_another_class_is_unknown()
    {
        cluster.Silos[0].Manager.Add(new object(), _model);
        var echo = cluster.NewClient().ModelOf(_model);

        var failure = await Assert.ThrowsAsync<UnknownModelException>(() => echo.EchoAsync("hello").WaitAsync(TestBound.Wait));

        Assert.Contains("System.Object", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_on_one_silo_is_called_on_another()
    {
        var (broken, other) = (cluster.Silos[0], cluster.Silos[1]);
        broken.Manager.Add<Echo>(_model, static _ => throw new InvalidOperationException("No weights."));
        other.Add(_model);

        for (var i = 0; i < 4; i++)
        {
            var echo = cluster.NewClient().ModelOf(_model);
            Assert.Equal(other.Name, (await echo.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
        }
    }

    [Fact]
    public async Task A_model_that_can_be_loaded_nowhere_reports_the_reason()
    {
        cluster.Silos[0].Manager.Add<Echo>(_model, static _ => throw new InvalidOperationException("No weights."));
        var echo = cluster.NewClient().ModelOf(_model);

        var failure = await Assert.ThrowsAsync<ModelLoadException>(() => echo.EchoAsync("hello").WaitAsync(TestBound.Wait));

        Assert.Contains("could not be loaded", failure.Message, StringComparison.Ordinal);
        Assert.Equal(_model, failure.ModelId);
        Assert.Null(failure.InnerException);
    }

    [Fact]
    public void A_contract_without_the_attribute_is_reported()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => cluster.Client.GetService(typeof(IModelClient<IDisposable>)));

        Assert.Contains("[RemoteModel(", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_that_is_not_a_member_has_not_received_the_call()
    {
        var gone = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1).ToParsableString();

        await Assert.ThrowsAsync<Messages.NodeGoneException>(() => cluster.ReportAsync(gone).WaitAsync(TestBound.Wait));
    }

    private IEcho AddTo(TestSilo silo)
    {
        silo.Add(_model);
        return cluster.NewClient().ModelOf(_model);
    }
}

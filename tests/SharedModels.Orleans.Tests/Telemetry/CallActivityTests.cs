using System.Collections.Concurrent;
using System.Diagnostics;

namespace SharedModels.Orleans.Tests.Telemetry;

[Collection(ClusterFixture.Name)]
public sealed class CallActivityTests : IDisposable
{
    private readonly TestCluster _cluster;
    private readonly string _model = TestCluster.NewModel();
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly Activity _caller = new("test");

    public CallActivityTests(TestCluster cluster)
    {
        _cluster = cluster;
        _caller.SetIdFormat(ActivityIdFormat.W3C).Start();
        var trace = _caller.TraceId;
        _listener = new()
        {
            ShouldListenTo = static source => source.Name == "SharedModels",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == trace)
                    _ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
        _cluster.Silos[0].Add(_model);
        _cluster.Silos[0].State.Work.Open();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _caller.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_trace_of_a_caller_goes_to_the_wait_on_the_node(bool isStream)
    {
        Activity.Current = _caller;
        var (node, echo) = (_cluster.Silos[0].Address, _cluster.NewClient().ModelOf(_model));

        if (isStream)
            Assert.Equal(1, await echo.StreamAsync(1).CountAsync().AsTask().WaitAsync(TestBound.Wait));
        else
            await echo.EchoAsync("hello").WaitAsync(TestBound.Wait);

        var acquire = await FindAsync(static activity => activity.OperationName == "sharedmodels.acquire");
        var serve = await FindAsync(activity => activity.SpanId == acquire.ParentSpanId);
        var attempt = await FindAsync(activity => activity.SpanId == serve.ParentSpanId);
        var route = await FindAsync(activity => activity.SpanId == attempt.ParentSpanId);
        Assert.Equal(
            ["sharedmodels.serve", "sharedmodels.attempt", "sharedmodels.route"],
            [serve.OperationName, attempt.OperationName, route.OperationName]);
        Assert.Equal(_caller.SpanId, route.ParentSpanId);
        Assert.Equal((ActivityKind.Server, ActivityKind.Client), (serve.Kind, attempt.Kind));
        Assert.Equal(_model, serve.GetTagItem("model"));
        Assert.Equal(
            (_model, node, "cold", 1),
            (route.GetTagItem("model"), route.GetTagItem("node"), route.GetTagItem("outcome"), route.GetTagItem("attempts")));
        Assert.Equal(
            (_model, node, "served"), (attempt.GetTagItem("model"), attempt.GetTagItem("node"), attempt.GetTagItem("outcome")));
        Assert.True(attempt.GetTagItem("wait.actual") is > 0.0);
    }

    private async Task<Activity> FindAsync(Func<Activity, bool> matches)
    {
        await Condition.UntilAsync(() => _ended.Any(matches));
        return _ended.First(matches);
    }
}

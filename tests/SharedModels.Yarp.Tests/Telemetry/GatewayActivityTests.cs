using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using SharedModels.Yarp.Gateways.Telemetry;

namespace SharedModels.Yarp.Tests.Telemetry;

public sealed class GatewayActivityTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _client = ActivitySpanId.CreateRandom();

    public GatewayActivityTests()
    {
        _listener = new()
        {
            ShouldListenTo = static source => source.Name is "SharedModels" or "Microsoft.AspNetCore",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == _trace)
                    _ended.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task The_trace_of_a_client_goes_through_the_gateway_to_the_wait_on_the_node()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);

        await SendAsync(gateway, "/work/a");

        var acquire = await FindAsync("sharedmodels.acquire");
        var onNode = await ParentOfAsync(acquire);
        var attempt = await ParentOfAsync(onNode);
        var route = await ParentOfAsync(attempt);
        var onGateway = await ParentOfAsync(route);
        Assert.Equal(
            ["Microsoft.AspNetCore.Hosting.HttpRequestIn", "sharedmodels.attempt", "sharedmodels.route",
                "Microsoft.AspNetCore.Hosting.HttpRequestIn"],
            [onNode.OperationName, attempt.OperationName, route.OperationName, onGateway.OperationName]);
        Assert.Equal(_client, onGateway.ParentSpanId);
        Assert.Equal(ActivityKind.Client, attempt.Kind);
        Assert.Equal(
            ("a", node.Address, "cold", 1),
            (route.GetTagItem("model"), route.GetTagItem("node"), route.GetTagItem("outcome"), route.GetTagItem("attempts")));
        Assert.Equal(
            ("a", node.Address, "served"),
            (attempt.GetTagItem("model"), attempt.GetTagItem("node"), attempt.GetTagItem("outcome")));
        Assert.True(attempt.GetTagItem("wait.expected") is > 0.0);
        Assert.True(attempt.GetTagItem("wait.actual") is > 0.0);
        Assert.Equal((ActivityStatusCode.Unset, ActivityStatusCode.Unset), (route.Status, attempt.Status));
    }

    [Fact]
    public async Task Each_attempt_of_a_request_has_an_activity()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        await first.Manager.PreloadAsync("a");
        first.IsCrashing = true;
        await using var gateway = await TestGateway.StartAsync(first, second);

        await SendAsync(gateway, "/again/a");

        var route = await FindAsync("sharedmodels.route");
        var attempts = _ended.Where(static activity => activity.OperationName == "sharedmodels.attempt").ToList();
        Assert.All(attempts, attempt => Assert.Equal(route.SpanId, attempt.ParentSpanId));
        Assert.Equal(
            [(first.Address, "lost", ActivityStatusCode.Error), (second.Address, "served", ActivityStatusCode.Unset)],
            attempts.Select(static attempt =>
                ((string)attempt.GetTagItem("node")!, (string)attempt.GetTagItem("outcome")!, attempt.Status)));
        Assert.Equal(("retried", 2, second.Address), (route.GetTagItem("outcome"), route.GetTagItem("attempts"), route.GetTagItem("node")));
    }

    [Fact]
    public async Task A_request_that_fails_has_a_failed_activity()
    {
        await using var node = await TestNode.StartAsync("node");
        node.IsCrashing = true;
        await using var gateway = await TestGateway.StartAsync(node);

        await SendAsync(gateway, "/work/a");

        var route = await FindAsync("sharedmodels.route");
        Assert.Equal(("lost", ActivityStatusCode.Error), (route.GetTagItem("outcome"), route.Status));
    }

    [Fact]
    public void Without_an_activity_the_headers_of_the_client_are_forwarded()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.TraceParent = TraceParent;
        context.Request.Headers.TraceState = "vendor=1";
        using var forwarded = new HttpRequestMessage();

        TraceHeaders.Write(null, context.Request, forwarded);

        Assert.Equal(TraceParent, forwarded.Headers.GetValues("traceparent").Single());
        Assert.Equal("vendor=1", forwarded.Headers.GetValues("tracestate").Single());
    }

    private string TraceParent => $"00-{_trace}-{_client}-01";

    private async Task SendAsync(TestGateway gateway, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("traceparent", TraceParent);
        using var response = await gateway.Client.SendAsync(request);
    }

    private async Task<Activity> ParentOfAsync(Activity activity)
    {
        await Condition.UntilAsync(() => _ended.Any(other => other.SpanId == activity.ParentSpanId));
        return _ended.Single(other => other.SpanId == activity.ParentSpanId);
    }

    private async Task<Activity> FindAsync(string name)
    {
        await Condition.UntilAsync(() => _ended.Any(activity => activity.OperationName == name));
        return _ended.Single(activity => activity.OperationName == name);
    }
}

using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace SharedModels.Yarp.Tests;

public sealed class NodeTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _client = new();
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync("node", maxQueueLength: 1);
        await _node.Manager.PreloadAsync("a");
    }

    [Fact]
    public async Task A_request_within_its_budget_is_served()
    {
        using var response = await PostAsync("/work/a", "10");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_request_for_a_full_device_is_rejected_with_a_report_before_its_handler_runs()
    {
        var held = await _node.Manager.FetchModelAsync("a");
        var waiting = _node.Manager.FetchModelAsync("a").AsTask();
        await Condition.UntilAsync(() => _node.Manager.GetSnapshot().Devices[0].QueueLength == 1);

        using var response = await PostAsync("/work/a", "any");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("Unavailable", response.Headers.GetValues("SharedModels-Rejected").Single());
        using var report = JsonDocument.Parse(response.Headers.GetValues("SharedModels-Report").Single());
        Assert.True(report.RootElement.GetProperty("devices")[0].GetProperty("isUnavailable").GetBoolean());
        Assert.Equal(0, _node.Executions);
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_request_whose_wait_exceeds_its_budget_is_rejected()
    {
        // The node measures how long a lease is held, and expects the next holder to take as long.
        var start = Stopwatch.GetTimestamp();
        using (await _node.Manager.FetchModelAsync("a"))
            await Condition.UntilAsync(() => Stopwatch.GetElapsedTime(start) > TimeSpan.FromMilliseconds(20));
        using var held = await _node.Manager.FetchModelAsync("a");

        using var response = await PostAsync("/work/a", "0");

        Assert.Equal("WaitTooLong", response.Headers.GetValues("SharedModels-Rejected").Single());
        Assert.Equal(0, _node.Executions);
    }

    [Fact]
    public async Task A_request_that_no_gateway_has_sent_is_left_to_its_handler()
    {
        var held = await _node.Manager.FetchModelAsync("a");
        var response = PostAsync("/work/a", null);
        await Condition.UntilAsync(() => _node.Executions == 1);

        held.Dispose();

        using var served = await response;
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task A_node_reports_to_at_most_64_gateways_at_the_same_time()
    {
        const int Limit = 64;
        var streams = new List<HttpResponseMessage>();
        for (var i = 0; i < Limit; i++)
            streams.Add(await OpenReportsAsync());
        Assert.All(streams, static stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));

        using (var refused = await OpenReportsAsync())
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }

        streams[0].Dispose();
        await Condition.UntilAsync(async () =>
        {
            using var stream = await OpenReportsAsync();
            return stream.StatusCode == HttpStatusCode.OK;
        });
        foreach (var stream in streams)
            stream.Dispose();
    }

    [Fact]
    public async Task An_unknown_model_is_left_to_the_handler()
    {
        using var response = await PostAsync("/work/unknown", "0");

        Assert.False(response.Headers.Contains("SharedModels-Rejected"));
        Assert.Equal(1, _node.Executions);
    }

    [Fact]
    public async Task A_gateway_does_not_reach_endpoints_without_models()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _node.Address + "/private");
        request.Headers.Add("SharedModels-Wait-Budget", "any");

        using var response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("not for gateways", await _client.GetStringAsync(_node.Address + "/private"));
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    public void Dispose() => _client.Dispose();

    private Task<HttpResponseMessage> OpenReportsAsync() =>
        _client.GetAsync($"{_node.Address}/sharedmodels/node/reports", HttpCompletionOption.ResponseHeadersRead).WaitAsync(TestBound.Wait);

    private async Task<HttpResponseMessage> PostAsync(string path, string? budget)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _node.Address + path);
        if (budget is not null)
            request.Headers.Add("SharedModels-Wait-Budget", budget);
        return await _client.SendAsync(request);
    }
}

using System.Net;
using System.Text;

namespace SharedModels.Yarp.Tests;

public sealed class GatewayTests
{
    [Fact]
    public async Task Requests_go_to_the_node_that_has_their_model()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        await first.Manager.PreloadAsync("a");
        await second.Manager.PreloadAsync("b");
        await using var gateway = await TestGateway.StartAsync(first, second);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("first", await (await gateway.PostAsync("/work/a")).Content.ReadAsStringAsync());
            Assert.Equal("second", await (await gateway.PostAsync("/work/b")).Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task The_gateway_forwards_bodies_headers_and_the_leases_of_handlers()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        using var content = new CountedContent(3_000_000);

        using var response = await gateway.PostAsync("/work/a", content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("node", response.Headers.GetValues("Node").Single());
        Assert.Equal(3_000_000, node.BodyBytes);
        Assert.Equal("a", await gateway.Client.GetStringAsync("/leased"));
    }

    [Fact]
    public async Task A_header_that_is_not_ASCII_is_forwarded()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler) { BaseAddress = gateway.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/work/a") { Headers = { { "X-Name", "José" } } };

        using var response = await client.SendAsync(request).WaitAsync(TestBound.Wait);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Only_endpoints_of_known_models_are_forwarded()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);

        foreach (var path in (string[])["/private", "/sharedmodels/node/reports", "/work/a"])
        {
            using var response = await gateway.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var unknown = await gateway.PostAsync("/work/c");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_streamed_response_arrives_as_it_is_written()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        node.Work.Close();

        using var response = await gateway.Client.GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[6];
        await stream.ReadExactlyAsync(buffer);
        node.Work.Open();
        using var reader = new StreamReader(stream);

        Assert.Equal("first "u8, buffer);
        Assert.Equal("last", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task A_full_node_gets_no_body_and_another_node_serves_the_request()
    {
        await using var full = await TestNode.StartAsync("full", maxQueueLength: 1);
        await using var free = await TestNode.StartAsync("free");
        await full.Manager.PreloadAsync("a");
        await using var gateway = await TestGateway.StartAsync(full, free);
        await using var queue = await FillAsync(full);
        using var content = new CountedContent(10_000_000);

        using var response = await gateway.PostAsync("/work/a", content);

        Assert.Equal("free", await response.Content.ReadAsStringAsync());
        Assert.Equal((0, 10_000_000), (full.BodyBytes, free.BodyBytes));
    }

    [Fact]
    public async Task Clients_keep_their_bodies_when_all_nodes_are_full()
    {
        await using var node = await TestNode.StartAsync("node", maxQueueLength: 1);
        await using var gateway = await TestGateway.StartAsync(node);
        await using var queue = await FillAsync(node);
        var uploads = Enumerable.Range(0, 64).Select(static _ => new CountedContent(20_000_000)).ToList();

        var responses = await Task.WhenAll(uploads.Select(upload => gateway.PostAsync("/work/a", upload)));

        Assert.All(responses, static response =>
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        });
        Assert.Equal(0, uploads.Sum(static upload => upload.Sent));
        Assert.Equal(0, node.Executions);
    }

    [Fact]
    public async Task Client_errors_and_clients_that_hang_up_say_nothing_about_a_node()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        for (var i = 0; i < 100; i++)
        {
            using var bad = await gateway.Client.GetAsync("/bad");
            Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        }

        node.Work.Close();
        for (var i = 0; i < 10; i++)
        {
            using var hangUp = new CancellationTokenSource();
            var request = gateway.Client.PostAsync("/work/a", null, hangUp.Token);
            await Condition.UntilAsync(() => node.Executions == i + 1);
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        node.Work.Open();
        using var response = await gateway.PostAsync("/work/a");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Holds the device of a node and fills its queue, until the result is disposed.</summary>
    private static async Task<AsyncCleanup> FillAsync(TestNode node)
    {
        var held = await node.Manager.FetchModelAsync("a");
        var waiting = node.Manager.FetchModelAsync("a").AsTask();
        await Condition.UntilAsync(() => node.Manager.GetSnapshot().Devices[0].QueueLength == 1);
        return new(async () =>
        {
            held.Dispose();
            (await waiting).Dispose();
        });
    }
}

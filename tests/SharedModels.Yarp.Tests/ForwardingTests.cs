using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Clustering.State;
using SharedModels.Routing.Nodes;
using SharedModels.Yarp.Gateways;
using Yarp.ReverseProxy.Forwarder;

namespace SharedModels.Yarp.Tests;

/// <summary>Errors of single attempts, and their meaning for the node.</summary>
public sealed class ForwardingTests
{
    [Theory]
    [InlineData(ForwarderError.RequestBodyDestination)]
    [InlineData(ForwarderError.RequestBodyCanceled)]
    public async Task A_complete_response_whose_request_was_not_read_to_the_end_is_served(ForwarderError error)
    {
        var forwarder = new FakeForwarder(error, (int)HttpStatusCode.BadRequest, isAnswered: true);

        var (status, state) = await SendAsync(forwarder);

        Assert.Equal((HttpStatusCode.BadRequest, NodeStanding.Live, 0), (status, state.Node.Standing, state.Attempts.Lost));
    }

    [Theory]
    [InlineData(ForwarderError.RequestTimedOut)]
    [InlineData(ForwarderError.ResponseBodyCanceled)]
    [InlineData(ForwarderError.UpgradeActivityTimeout)]
    public async Task A_request_that_takes_too_long_fails_without_harm_to_a_node_that_reports(ForwarderError error)
    {
        var forwarder = new FakeForwarder(error, (int)HttpStatusCode.GatewayTimeout);

        var (status, state) = await SendAsync(forwarder);

        Assert.Equal((HttpStatusCode.GatewayTimeout, 1), (status, forwarder.Attempts));
        Assert.Equal((NodeStanding.Live, 0, 0), (state.Node.Standing, state.Node.InFlight, state.Attempts.Lost));
    }

    [Fact]
    public async Task A_node_that_does_not_finish_the_handshake_in_time_cannot_be_reached()
    {
        // The system accepts the connection, and nobody answers.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"https://{listener.LocalEndpoint}";
        await using var gateway = await TestGateway.StartAsync([address], [], static services =>
            services.Configure<ClusterOptions>(static options => options.ConnectTimeout = TimeSpan.FromMilliseconds(200)));

        using var response = await gateway.PostAsync("/work/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(response.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal(new AttemptCounts(Sent: 1, Rejected: 0, Unreachable: 1, Lost: 0), gateway.StateOf(address).Attempts);
    }

    [Fact]
    public async Task The_content_type_of_a_client_does_not_break_a_node()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        using var content = new ByteArrayContent([1]) { Headers = { { "Content-Type", "application/grpc" } } };

        using var response = await gateway.PostAsync("/work/a", content);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, gateway.StateOf(node.Address).Attempts.Lost);
    }

    [Fact]
    public async Task A_logger_that_throws_does_not_affect_requests()
    {
        const string Address = "http://127.0.0.1:1";
        var logger = new HostileLogger<ModelForwarder>();
        await using var gateway = await TestGateway.StartAsync(
            [Address], [], services => services.AddSingleton<ILogger<ModelForwarder>>(logger));

        using var response = await gateway.PostAsync("/work/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.True(logger.Has(LogLevel.Warning, count: 1));
        Assert.Equal((0, 1), (gateway.StateOf(Address).Node.InFlight, gateway.StateOf(Address).Attempts.Unreachable));
    }

    [Fact]
    public async Task A_node_learns_the_address_of_the_client()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/forwarded") { Headers = { { "X-Forwarded-For", "10.0.0.1" } } };

        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(
            $"127.0.0.1 {gateway.Client.BaseAddress!.Authority} http", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_node_limits_the_size_of_a_body_unless_the_gateway_buffers_it()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync([node.Address], [node.Address], static services =>
            services.Configure<KestrelServerOptions>(static options => options.Limits.MaxRequestBodySize = 100_000));

        using var served = await gateway.PostAsync("/work/a", new CountedContent(300_000));
        Assert.Equal((HttpStatusCode.OK, 300_000), (served.StatusCode, node.BodyBytes));

        using var rejected = await gateway.PostAsync("/again/a", new CountedContent(300_000));
        Assert.False(rejected.IsSuccessStatusCode);
        Assert.Equal(300_000, node.BodyBytes);
    }

    private static async Task<(HttpStatusCode Status, ClusterNodeState State)> SendAsync(FakeForwarder forwarder)
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(
            [node.Address], [node.Address], services => services.AddSingleton<IHttpForwarder>(forwarder));
        using var response = await gateway.PostAsync("/again/a");
        return (response.StatusCode, gateway.StateOf(node.Address));
    }
}

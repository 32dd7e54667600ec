using System.Net;
using SharedModels.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace SharedModels.Cluster.Tests;

/// <summary>Nodes whose process ends without notice.</summary>
[LongRunning(minutes: 4)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int BodyBytes = 200_000;

    [Theory]
    [InlineData("connect", false, 0)]
    [InlineData("connect", true, 1)]
    [InlineData("headers", false, 0)]
    [InlineData("headers", true, 1)]
    [InlineData("body", false, 0)]
    [InlineData("body", true, 1)]
    [InlineData("queue", false, 0)]
    [InlineData("queue", true, 1)]
    [InlineData("compute", false, 1)]
    [InlineData("compute", true, 2)]
    [InlineData("response", false, 1)]
    [InlineData("response", true, 2)]
    public async Task A_request_is_begun_twice_only_if_that_is_allowed(string point, bool isAllowed, int executions)
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, "--LoadMilliseconds=300");
        var victim = cluster.Nodes[0];
        var killed = new TaskCompletionSource();
        using var content = new UploadContent(BodyBytes, point == "body" ? killed.Task : null);

        var answer = await SendUntilAsync(point, cluster, victim, () => cluster.Gateway.PostAsync(PathOf(isAllowed), content));
        victim.Process.Kill();
        killed.SetResult();

        using var response = await answer;
        Assert.Equal(isAllowed ? HttpStatusCode.OK : HttpStatusCode.BadGateway, response.StatusCode);
        if (isAllowed)
            Assert.Equal("node1", await response.Content.ReadAsStringAsync());
        await victim.Process.WaitForExitAsync();
        Assert.Equal(executions, cluster.Nodes.Sum(static node => node.Process.Count("executed")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_response_that_has_begun_ends_with_an_error_and_is_never_completed_by_another_node(bool isAllowed)
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 2, "--LoadMilliseconds=300");
        var victim = cluster.Nodes[0];

        var answer = await SendUntilAsync("stream", cluster, victim, () => cluster.Gateway.PostAsync(PathOf(isAllowed)));
        victim.Process.Kill();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer);
        await victim.Process.WaitForExitAsync();
        Assert.Equal(1, cluster.Nodes.Sum(static node => node.Process.Count("executed")));
    }

    [Fact]
    public async Task A_request_that_crashes_its_node_costs_two_of_five_nodes()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 5);

        using var response = await cluster.Gateway.PostAsync("/poison/a");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await Condition.UntilAsync(() => cluster.Nodes.Count(static node => node.Process.HasExited) == 2);
        foreach (var node in cluster.Nodes.Where(static node => node.Process.HasExited))
            await node.Process.WaitForExitAsync();
        Assert.Equal(2, cluster.Nodes.Sum(static node => node.Process.Count("crashing")));
        for (var i = 0; i < 20; i++)
        {
            using var next = await cluster.Gateway.PostAsync("/work/a");
            Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        }

        Assert.Equal(3, cluster.Nodes.Count(static node => !node.Process.HasExited));
    }

    [Fact]
    public async Task A_node_killed_under_load_costs_each_client_at_most_one_attempt()
    {
        const int ClientCount = 16;
        await using var cluster = await TestCluster.StartAsync(nodes: 3, "--WorkMilliseconds=5");
        var victim = cluster.Nodes[0];
        await cluster.PreloadAsync(victim, "a");
        await using var clients = new Clients(cluster.Gateway, ClientCount, "/again/a");
        await clients.UntilServedAsync(200);

        victim.Process.Kill();
        await cluster.Gateway.UntilAsync(victim.Address, static entry => !entry.IsLive);
        await clients.UntilServedAsync(ClientCount);
        var left = (await cluster.Gateway.GetViewAsync(victim.Address)).Attempts;
        await clients.UntilServedAsync(1_000);

        var after = (await cluster.Gateway.GetViewAsync(victim.Address)).Attempts;
        output.WriteLine(
            $"Lost: {after.Lost}. Unreachable: {after.Unreachable}. Longest request: {clients.Longest.TotalMilliseconds:0} ms.");
        await clients.StopAsync();
        Assert.Empty(clients.Failures);
        Assert.Equal(left, after);
        Assert.InRange(after.Lost + after.Unreachable, 1, ClientCount);

        // It serves requests again as soon as it is back.
        await victim.RestartAsync();
        await cluster.UntilLiveAsync();
        await cluster.PreloadAsync(victim, "b");
        using var response = await cluster.Gateway.PostAsync("/work/b");
        Assert.Equal("node0", await response.Content.ReadAsStringAsync());
    }

    private static string PathOf(bool isAllowed) => isAllowed ? "/again/a" : "/work/a";

    /// <summary>Sends a request to the victim, and returns when it has reached the point.</summary>
    private static async Task<Task<HttpResponseMessage>> SendUntilAsync(
        string point, TestCluster cluster, NodeProcess victim, Func<Task<HttpResponseMessage>> send)
    {
        await cluster.PreloadAsync(victim, "a");
        Func<ValueTask<bool>> isReached = () => new(victim.Process.Count("reached", point) == 1);
        switch (point)
        {
            case "connect":
                // The system accepts the connection. The process does not.
                await victim.Process.SignalAsync("STOP");
                isReached = () => new(ListeningPort.HasUnreadBytes(victim.Port));
                break;
            case "queue":
                await victim.ControlAsync("occupy/a");
                isReached = async () => (await victim.GetWorkAsync()).Queued == 1;
                break;
            default:
                await victim.ControlAsync($"hold/{point}");
                break;
        }

        var answer = send();
        await Condition.UntilAsync(async () => await isReached() || answer.IsCompleted);
        Assert.False(answer.IsCompleted, $"The request has not stopped at {point}.");
        return answer;
    }
}

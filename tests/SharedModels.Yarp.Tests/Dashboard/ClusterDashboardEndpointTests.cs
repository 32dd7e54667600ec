using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;

namespace SharedModels.Yarp.Tests.Dashboard;

public sealed partial class ClusterDashboardEndpointTests
{
    [Fact]
    public async Task The_state_names_the_nodes_their_models_the_requests_and_the_events()
    {
        await using var node = await TestNode.StartAsync("node");
        await node.Manager.PreloadAsync("a");
        await using var gateway = await TestGateway.StartAsync([node.Address, "http://127.0.0.1:1"], node.Address);
        using (await gateway.PostAsync("/work/a"))
        {
        }

        await Condition.UntilAsync(async () => (await ReadAsync(gateway)).GetProperty("routes").GetProperty("total").GetInt32() == 1);
        var state = await ReadAsync(gateway);

        var nodes = state.GetProperty("nodes");
        Assert.Equal(2, nodes.GetArrayLength());
        Assert.Equal("Silent", nodes[0].GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, nodes[0].GetProperty("reportAge").ValueKind);
        Assert.Equal((node.Address, "Live"), (nodes[1].GetProperty("node").GetString(), nodes[1].GetProperty("state").GetString()));
        Assert.True(nodes[1].GetProperty("reportAge").GetDouble() >= 0);
        Assert.Equal(1, nodes[1].GetProperty("attempts").GetProperty("sent").GetInt32());
        var device = nodes[1].GetProperty("devices").EnumerateArray()
            .Single(static entry => entry.GetProperty("device").GetString() == "fake:0");
        Assert.Equal((90, 30), (device.GetProperty("budget").GetInt32(), device.GetProperty("used").GetInt32()));
        var model = Assert.Single(nodes[1].GetProperty("models").EnumerateArray());
        Assert.Equal(
            ("a", "Resident", 1),
            (model.GetProperty("model").GetString(), model.GetProperty("presence").GetString(), model.GetProperty("version").GetInt32()));
        var catalog = state.GetProperty("catalogs")[nodes[1].GetProperty("catalog").GetInt32()];
        Assert.Equal(["a", "b"], catalog.EnumerateArray().Select(static id => id.GetString()));
        var routes = state.GetProperty("routes");
        Assert.Equal((0, 0), (routes.GetProperty("rejected").GetInt32(), routes.GetProperty("lost").GetInt32()));
        Assert.Equal(119, routes.GetProperty("seconds").GetArrayLength());
        Assert.True(routes.GetProperty("regret").GetProperty("mean").GetDouble() <= 0);
        Assert.Contains(("Joined", node.Address), EventsOf(state));
    }

    [Fact]
    public async Task A_node_that_drains_and_stops_and_one_that_returns_are_events()
    {
        var node = await TestNode.StartAsync("node");
        var (address, port) = (node.Address, node.Port);
        await using var gateway = await TestGateway.StartAsync(node);
        await node.StopAsync();
        await node.DisposeAsync();
        await Condition.UntilAsync(async () => EventsOf(await ReadAsync(gateway))[0].Kind == "Stopped");

        await using var again = await TestNode.StartAsync("again", port);
        List<(string? Kind, string? Node)> events = [];
        await Condition.UntilAsync(async () => (events = EventsOf(await ReadAsync(gateway)))[0].Kind == "Returned");

        Assert.Equal(["Returned", "Stopped", "Draining"], events.Take(3).Select(static found => found.Kind));
        Assert.Equal("Joined", events[^1].Kind);
        Assert.All(events, found => Assert.Equal(address, found.Node));
    }

    [Fact]
    public async Task The_page_and_its_files_are_served_without_other_hosts()
    {
        await using var gateway = await TestGateway.StartAsync(["http://127.0.0.1:1"]);
        using var response = await gateway.Client.GetAsync("/cluster");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotMatch("""style=|<script>|\son\w+=|https?:|\{page\}|\{home\}""", page);
        var files = References().Matches(page)
            .Select(static reference => reference.Groups["address"].Value)
            .Where(static file => file != "/");
        foreach (var file in (string[])[.. files, "/cluster/dom.js", "/cluster/format.js", "/cluster/parts.js"])
            Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync(file)).StatusCode);
    }

    [Fact]
    public void Without_the_services_of_the_gateway_the_error_names_the_remedy()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        var exception = Assert.Throws<InvalidOperationException>(() => app.MapSharedModelsClusterDashboard());

        Assert.Contains("AddReverseProxy().AddSharedModels(section)", exception.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex("(src|href)=\"(?<address>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex References();

    private static List<(string? Kind, string? Node)> EventsOf(JsonElement state) =>
    [
        .. state.GetProperty("events").EnumerateArray()
            .Select(static entry => (entry.GetProperty("kind").GetString(), entry.GetProperty("node").GetString())),
    ];

    private static async Task<JsonElement> ReadAsync(TestGateway gateway)
    {
        using var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/cluster/state"));
        return document.RootElement.Clone();
    }
}

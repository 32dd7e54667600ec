using System.Diagnostics;
using SharedModels.Cluster.Tests.Processes;
using Xunit.Abstractions;

namespace SharedModels.Cluster.Tests;

/// <summary>A node with a network of its own, whose links can be cut in both directions.</summary>
[LongRunning(minutes: 4)]
public sealed class LinkTests(ITestOutputHelper output)
{
    [NetworkFact]
    public async Task A_node_behind_a_cut_link_is_left_although_another_gateway_sees_it()
    {
        const int Port = 5080;
        await using var network = await TestNetwork.CreateAsync(links: 2);
        var listen = string.Join(',', Enumerable.Range(0, 2).Select(link => $"{network.AddressOf(link)}:{Port}"));
        await using var far = await NodeProcess.StartAsync("far", [$"--Listen={listen}"], network.Name);
        await using var near = await NodeProcess.StartAsync("near", []);
        await using var cut = await GatewayProcess.StartAsync(far.AddressOf(0), near.Address);
        await using var connected = await GatewayProcess.StartAsync(far.AddressOf(1), near.Address);
        await far.ControlAsync("preload/a", link: 1);
        await cut.UntilAsync(far.AddressOf(0), static entry => entry.Has("a"));
        await connected.UntilAsync(far.AddressOf(1), static entry => entry.Has("a"));
        await far.ControlAsync("hold/headers", link: 1);
        var answer = cut.PostAsync("/again/a");
        await Condition.UntilAsync(() => far.Process.Count("reached", "headers") == 1);
        await far.ControlAsync("hold/nothing", link: 1);

        var start = Stopwatch.GetTimestamp();
        await network.CutAsync(link: 0);
        using (var response = await answer)
        {
            output.WriteLine($"The request was served by another node {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s later.");
            Assert.Equal("near", await response.Content.ReadAsStringAsync());
        }

        await cut.UntilAsync(far.AddressOf(0), static entry => !entry.IsLive);
        output.WriteLine($"Left after at most {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s.");
        Assert.True((await connected.GetViewAsync(far.AddressOf(1))).IsLive);
        for (var i = 0; i < 20; i++)
        {
            using var response = await cut.PostAsync("/work/a");
            Assert.Equal("near", await response.Content.ReadAsStringAsync());
        }

        await far.ControlAsync("preload/b", link: 1);
        await network.MendAsync(link: 0);
        start = Stopwatch.GetTimestamp();
        await cut.UntilAsync(far.AddressOf(0), static entry => entry.IsLive && entry.Has("b"));
        output.WriteLine($"The view was right {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s after the repair.");
    }
}

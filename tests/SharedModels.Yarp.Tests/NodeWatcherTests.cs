using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using SharedModels.Yarp.Gateways;

namespace SharedModels.Yarp.Tests;

public sealed class NodeWatcherTests
{
    [Fact]
    public async Task A_logger_that_throws_does_not_end_the_watch()
    {
        var node = await TestNode.StartAsync("node");
        var options = Options.Create(new ClusterOptions { Nodes = { node.Address } });
        options.Value.Report.Warnings.Add("Nothing is wrong.");
        using var cluster = new Cluster(options, TimeProvider.System);
        using var client = new NodeClient(options);
        var logger = new HostileLogger<NodeWatcher>();
        using var watcher = new NodeWatcher(cluster, client, options, TimeProvider.System, logger);
        var (known, port) = (cluster.Nodes[0], node.Port);

        await watcher.StartAsync(default);
        await Condition.UntilAsync(() => known.IsConnected);
        await node.StopAsync();
        await node.DisposeAsync();
        await Condition.UntilAsync(() => !known.IsConnected && logger.Has(LogLevel.Warning, count: 2));
        node = await TestNode.StartAsync("node", port);
        await Condition.UntilAsync(() => known.IsConnected && logger.Has(LogLevel.Information, count: 2));

        Assert.True(known.IsConnected);
        await watcher.StopAsync(default).WaitAsync(TestBound.Wait);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_path_without_reports_is_logged()
    {
        await using var node = await TestNode.StartAsync("node");
        var options = Options.Create(new ClusterOptions { Nodes = { node.Address }, NodePath = "/page/" });
        using var cluster = new Cluster(options, TimeProvider.System);
        using var client = new NodeClient(options);
        var logger = new FakeLogger<NodeWatcher>();
        using var watcher = new NodeWatcher(cluster, client, options, TimeProvider.System, logger);

        await watcher.StartAsync(default);
        await Condition.UntilAsync(() => logger.Collector.Count > 0);
        await watcher.StopAsync(default).WaitAsync(TestBound.Wait);

        Assert.Contains("/page/reports returns text/plain instead of reports.", logger.LatestRecord.Message, StringComparison.Ordinal);
        Assert.False(cluster.Nodes[0].IsConnected);
    }
}

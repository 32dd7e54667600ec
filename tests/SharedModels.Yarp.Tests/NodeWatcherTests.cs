using Microsoft.Extensions.Logging;
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
        var logger = new HostileLogger();
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

    private sealed class HostileLogger : ILogger<NodeWatcher>
    {
        private readonly Dictionary<LogLevel, int> _counts = [];

        public bool Has(LogLevel level, int count)
        {
            lock (_counts)
                return _counts.GetValueOrDefault(level) >= count;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_counts)
                _counts[logLevel] = _counts.GetValueOrDefault(logLevel) + 1;
            throw new InvalidOperationException("A logger failed.");
        }
    }
}

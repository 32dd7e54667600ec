namespace SharedModels.Cluster.Tests.Processes;

/// <summary>Nodes and a gateway, each in its own process on a loopback port that the system has chosen.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private TestCluster(IReadOnlyList<NodeProcess> nodes, GatewayProcess gateway) => (Nodes, Gateway) = (nodes, gateway);

    public IReadOnlyList<NodeProcess> Nodes { get; }

    public GatewayProcess Gateway { get; }

    /// <summary>Starts a cluster and waits until all nodes have reported.</summary>
    public static Task<TestCluster> StartAsync(int nodes, params string[] settings) =>
        StartAsync(Enumerable.Range(0, nodes).Select(index => NodeProcess.StartAsync($"node{index}", settings)));

    public static async Task<TestCluster> StartAsync(IEnumerable<Task<NodeProcess>> nodes)
    {
        var started = await Task.WhenAll(nodes);
        var cluster = new TestCluster(started, await GatewayProcess.StartAsync(started.Select(static node => node.Address)));
        await cluster.UntilLiveAsync();
        return cluster;
    }

    /// <summary>Waits until the gateway sees all nodes.</summary>
    public Task UntilLiveAsync() =>
        Condition.UntilAsync(async () => (await Gateway.GetViewAsync()).Nodes.All(static entry => entry.IsLive));

    /// <summary>Loads a model on one node, so that the gateway prefers it.</summary>
    public async Task PreloadAsync(NodeProcess node, string model)
    {
        await node.ControlAsync($"preload/{model}");
        await Gateway.UntilAsync(node.Address, entry => entry.Has(model));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }
}

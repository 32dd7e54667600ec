using System.Net.Http.Json;

namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A gateway in its own process. It can be started again at the same address.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly string[] _settings;

    private GatewayProcess(string[] settings) => _settings = settings;

    public ChildProcess Process { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Starts a gateway for nodes with the given addresses.</summary>
    public static async Task<GatewayProcess> StartAsync(params IEnumerable<string> nodes)
    {
        var gateway = new GatewayProcess([.. nodes.Select(static (address, index) => $"--Cluster:Nodes:{index}={address}")]);
        await gateway.StartAsync([]);
        return gateway;
    }

    /// <summary>Starts the gateway again at the same address, after its process has ended.</summary>
    public async Task RestartAsync()
    {
        string[] listen = [$"--Listen={Process.Addresses[0].Authority}"];
        await DisposeAsync();
        await StartAsync(listen);
    }

    /// <summary>Sends a request. With a body, the gateway decides whether to receive it.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        string path, HttpContent? content = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = content is not null;
        return await Client.SendAsync(request, cancellationToken);
    }

    /// <summary>Returns the cluster as the gateway sees it.</summary>
    public async Task<ClusterView> GetViewAsync() => (await Client.GetFromJsonAsync<ClusterView>("/view"))!;

    /// <summary>Returns a node as the gateway sees it.</summary>
    public async Task<ClusterView.Entry> GetViewAsync(string address) =>
        (await GetViewAsync()).Nodes.Single(entry => entry.Node.Node == address);

    /// <summary>Waits until the gateway sees a node in a state.</summary>
    public Task UntilAsync(string address, Func<ClusterView.Entry, bool> condition) =>
        Condition.UntilAsync(async () => condition(await GetViewAsync(address)));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }

    private async Task StartAsync(string[] listen)
    {
        Process = await ChildProcess.StartAsync("gateway", [.. _settings, .. listen]);
        var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TestBound.Wait, MaxConnectionsPerServer = int.MaxValue };
        Client = new(handler) { BaseAddress = Process.Addresses[0], Timeout = TestBound.Wait };
    }
}

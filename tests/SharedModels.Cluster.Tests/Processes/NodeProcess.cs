namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A node in its own process. It can be started again at the same address.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly HttpClient Client = new() { Timeout = TestBound.Wait };

    private readonly string[] _settings;
    private readonly string? _networkNamespace;

    private NodeProcess(string name, string[] settings, string? networkNamespace) =>
        (Name, _settings, _networkNamespace) = (name, settings, networkNamespace);

    public string Name { get; }

    public ChildProcess Process { get; private set; } = null!;

    /// <summary>The address, without a slash at its end. Gateways know the node by it.</summary>
    public string Address => AddressOf(0);

    public int Port => Process.Addresses[0].Port;

    public static async Task<NodeProcess> StartAsync(string name, string[] settings, string? networkNamespace = null)
    {
        var node = new NodeProcess(name, [$"--Name={name}", .. settings], networkNamespace);
        await node.StartAsync();
        return node;
    }

    /// <summary>Returns one of the addresses of a node with several.</summary>
    public string AddressOf(int link) => Process.Addresses[link].GetLeftPart(UriPartial.Authority);

    /// <summary>Starts the node again at the same address, after its process has ended.</summary>
    public async Task RestartAsync()
    {
        string[] listen = Process.Addresses is { Count: 1 } ? [$"--Listen={Process.Addresses[0].Authority}"] : [];
        await Process.DisposeAsync();
        await StartAsync(listen);
    }

    /// <summary>Calls an endpoint below <c>/control</c>.</summary>
    public async Task ControlAsync(string path, int link = 0)
    {
        using var response = await Client.PostAsync($"{AddressOf(link)}/control/{path}", null);
        response.EnsureSuccessStatusCode();
    }

    public async Task<NodeWork> GetWorkAsync() =>
        NodeWork.Parse(await Client.GetStringAsync($"{Address}/control/state"));

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private async Task StartAsync(params string[] listen) =>
        Process = await ChildProcess.StartAsync("node", [.. _settings, .. listen], _networkNamespace);
}
